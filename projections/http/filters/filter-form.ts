// The form of the filters that the dashboard and the list of tickets share.
import { TICKET_STATUSES } from '../../../shared-contracts/documents/ticket-document.ts';
import { KINDS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import { employeeChoices } from '../employees.ts';
import { KIND_LABELS, NOBODY_LABEL, PRIORITY_LABELS, STATUS_LABELS } from '../labels.ts';
import { FORM_FILTERS, NOBODY, type TicketFilters } from './ticket-filters.ts';

/** Filters that the form has no field for go along as hidden fields, and are named so that they can be taken away. */
export async function filterForm(readModels: ReadModels, filters: TicketFilters) {
  const inForm = new Set<string>(FORM_FILTERS);
  const others = Object.entries(filters).filter(([name, value]) => value !== undefined && !inForm.has(name));
  return {
    values: filters,
    kinds: KINDS.map((value) => ({ value, label: KIND_LABELS[value] })),
    priorities: PRIORITIES.map((value) => ({ value, label: PRIORITY_LABELS[value] })),
    statuses: TICKET_STATUSES.map((value) => ({ value, label: STATUS_LABELS[value] })),
    agents: [{ value: NOBODY, label: NOBODY_LABEL }, ...(await employeeChoices(readModels))],
    others: others.map(([name, value]) => ({ name, value: String(value) })),
  };
}
