// The filters of a list as chips: what it is narrowed to.

import {
  KIND_CHOICES,
  PRIORITY_CHOICES,
  STATUS_CHOICES,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import { linkWith } from '../../../shared-contracts/runtime/web/query.ts';
import type { Choice } from '../colleagues.ts';
import type { Filters } from './ticket-filters.ts';

/** What the list is narrowed to, each with the link to the list without it. */
export function chipsOf(filters: Filters, names: ReadonlyMap<string, string>) {
  const { text, status, priority, kind, tag, assignee, from, to } = filters;
  const chip = (name: keyof Filters, label: string, value: string | undefined) =>
    value === undefined
      ? []
      : [{ label, value, without: linkWith(filters, { [name]: undefined, page: undefined }) }];
  const labelIn = (choices: readonly Choice[], value: string | undefined) =>
    choices.find((choice) => choice.value === value)?.label;
  const assigneeName =
    assignee === 'me' || assignee === 'nobody' ? assignee : assignee && (names.get(assignee) ?? 'somebody');
  return [
    ...chip('text', 'Text', text),
    ...chip('status', 'Status', labelIn(STATUS_CHOICES, status)),
    ...chip('priority', 'Priority', labelIn(PRIORITY_CHOICES, priority)),
    ...chip('kind', 'Kind', labelIn(KIND_CHOICES, kind)),
    ...chip('tag', 'Tag', tag),
    ...chip('assignee', 'Assigned to', assigneeName),
    ...chip('from', 'From', from),
    ...chip('to', 'To', to),
  ];
}
