// What a list of tickets is narrowed to, read from the URL of the page.
import Type, { type Static } from 'typebox';
import { wordsFilter } from '../../../shared-contracts/documents/search-words.ts';
import { TICKET_STATUSES, type TicketStatus } from '../../../shared-contracts/documents/ticket-document.ts';
import { KINDS, type Kind, LIMITS, PRIORITIES, TagField } from '../../../shared-contracts/messages/fields.ts';
import { type ParsedForm, parseForm } from '../../../shared-contracts/runtime/web/form.ts';
import { assigneeField, assigneeIn } from './assignee-field.ts';
import { nextDay, startOfDay } from './day-bounds.ts';
import { QUEUES, type Queue } from './queues.ts';
import { type Cursor, ORDERS, type Order, readCursor } from './ticket-cursor.ts';

const Day = Type.String({ format: 'date', errorMessage: 'Give a day, like 2026-11-22.' });

const FiltersForm = Type.Object({
  queue: Type.Optional(Type.Enum([...QUEUES], { errorMessage: 'There is no such list.' })),
  text: Type.Optional(Type.String({ maxLength: LIMITS.subject })),
  status: Type.Optional(Type.Enum([...TICKET_STATUSES], { errorMessage: 'There is no such status.' })),
  priority: Type.Optional(Type.Enum([...PRIORITIES], { errorMessage: 'There is no such priority.' })),
  kind: Type.Optional(Type.Enum([...KINDS], { errorMessage: 'There is no such kind.' })),
  tag: Type.Optional({ ...TagField, errorMessage: 'A tag has small letters, digits and dashes.' }),
  assignee: assigneeField('There is no such employee.'),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  sort: Type.Optional(Type.Enum([...ORDERS], { errorMessage: 'There is no such order.' })),
  order: Type.Optional(Type.Enum(['reversed'], { errorMessage: 'There is no such order.' })),
  page: Type.Optional(Type.String({ maxLength: 100, errorMessage: 'There is no such page of the list.' })),
});

export type Filters = Static<typeof FiltersForm>;

/** What a ticket must be to be on the list; what is undefined does not matter. */
export type Criteria = {
  readonly open?: boolean | undefined;
  /** Null for nobody. */
  readonly assigneeId?: string | null | undefined;
  readonly status?: TicketStatus | undefined;
  readonly urgency?: number | undefined;
  readonly kind?: Kind | undefined;
  readonly tag?: string | undefined;
  readonly preparedFrom?: Date | undefined;
  readonly preparedBefore?: Date | undefined;
  /** A number of an issue or words. */
  readonly text?: string | undefined;
};

/** Reads the query of a list's URL; what cannot be is named beside its field. */
export function readFilters(query: unknown): ParsedForm<Filters> {
  const form = parseForm(FiltersForm, query);
  if (!form.ok) return form;
  const wrong = (field: string, sentence: string) =>
    ({ ok: false, values: form.typed, errors: { [field]: sentence } }) as const;
  const { from, to, page, text } = form.values;
  if (from !== undefined && to !== undefined && from > to)
    return wrong('to', 'This day is before the first one.');
  if (text !== undefined && wordsFilter(text) === undefined)
    return wrong('text', 'Write a word or a number.');
  if (page !== undefined && readCursor(page) === undefined)
    return wrong('_form', 'There is no such page of the list. Begin at the first one.');
  return form;
}

/** What a queue holds, for somebody who is signed in. */
export function queueCriteria(queue: Queue, me: string): Criteria {
  switch (queue) {
    case 'mine':
      return { assigneeId: me, open: true };
    case 'unassigned':
      return { assigneeId: null, open: true };
    case 'waiting':
      return { status: 'waiting' };
    case 'all':
      return {};
  }
}

/** @returns undefined where nothing can be both on the queue and what the filters ask for. */
export function criteriaOf(filters: Filters, me: string, timeZone: string | undefined): Criteria | undefined {
  const queue = queueCriteria(filters.queue ?? 'all', me);
  const { status, kind, tag, from, to, text, priority } = filters;
  const asked: Criteria = {
    ...(status === undefined ? {} : { status }),
    ...(filters.assignee === undefined ? {} : { assigneeId: assigneeIn(filters.assignee, me) }),
    ...(priority === undefined ? {} : { urgency: PRIORITIES.indexOf(priority) }),
    kind,
    tag,
    preparedFrom: from === undefined ? undefined : startOfDay(from, timeZone),
    preparedBefore: to === undefined ? undefined : startOfDay(nextDay(to), timeZone),
    text,
  };
  const both = { ...queue, ...asked };
  const contradicts =
    (queue.assigneeId !== undefined && both.assigneeId !== queue.assigneeId) ||
    (queue.status !== undefined && both.status !== queue.status) ||
    (queue.open === true && (status === 'resolved' || status === 'cancelled'));
  return contradicts ? undefined : both;
}

/** What the list is sorted by: the newest first where nothing was chosen. */
export function orderOf({ sort, order }: Filters): Order {
  return { by: sort ?? 'prepared', reversed: order === 'reversed' };
}

/** Where the page begins; undefined for the beginning of the list. */
export function cursorOf({ page }: Filters): Cursor | undefined {
  return page === undefined ? undefined : readCursor(page);
}
