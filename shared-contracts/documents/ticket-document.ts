import type { Kind, Priority } from '../messages/fields.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';

/** Where work on a ticket stands, before it is settled. */
export const OPEN_STATUSES = ['prepared', 'assigned', 'in-progress'] as const;
export type OpenStatus = (typeof OPEN_STATUSES)[number];

export const TICKET_STATUSES = [...OPEN_STATUSES, 'waiting', 'resolved', 'cancelled'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

export type Side = 'customer' | 'employee';

/** One ticket as the queues of the back office show, filter and sort it. */
export type TicketDocument = RevisionedDocument & {
  readonly issueId: string | null;
  readonly customerName: string;
  readonly subject: string;
  readonly kind: Kind;
  readonly status: TicketStatus;
  readonly before: OpenStatus;
  readonly open: boolean;
  readonly assigneeId: string | null;
  readonly priority: Priority;
  readonly urgency: number;
  readonly tags: readonly string[];
  readonly words: readonly string[];
  readonly lastWriter: Side | null;
  readonly customerWroteAt: Date | null;
  readonly employeeWroteAt: Date | null;
  readonly preparedAt: Date;
  readonly updatedAt: Date;
};

/**
 * Queues are equalities: all `{}`, mine `{ assigneeId, open: true }`, unassigned `{ assigneeId: null, open: true }`, waiting
 * `{ status: 'waiting' }`; a priority by `urgency`, text by `wordsFilter`, the number of an issue by the range of `issueId`
 * that it stands for. A count beside a queue is best given a limit: it reads every entry that it counts.
 */
export const TICKETS: ReadModel<TicketDocument> = {
  name: 'tickets',
  version: 1,
  meaning: 'A ticket as the queues of the back office show, filter and sort it.',
  fields: {
    _id: 'Id of the ticket.',
    revision: 'Revision of the last event of `ticket-{_id}` that the document has taken in.',
    issueId: 'The issue that it was prepared from; null for a ticket that was prepared by hand.',
    customerName: 'Name of the customer; empty where it is not known.',
    subject: 'What it is about, in a few words.',
    kind: '`question`, `problem` or `request`.',
    status: '`prepared`, `assigned`, `in-progress`, `waiting` (for the customer), `resolved` or `cancelled`.',
    before: 'The status that a waiting ticket goes back to when the customer has written.',
    open: 'Whether it still needs something: it is neither resolved nor cancelled.',
    assigneeId: 'The employee who has it; null for nobody.',
    priority: '`low`, `normal`, `high` or `urgent`.',
    urgency: 'The priority as a number that sorts: 0 for low to 3 for urgent.',
    tags: 'Its tags, in the order in which they were put on.',
    words:
      'The first 12 distinct words of the name of the customer and of the subject, in small letters without accents: a search for text finds beginnings of words in here.',
    lastWriter:
      'Who wrote to the other side last: `customer` or `employee`; null where nobody did. Comments on a rating do not count.',
    customerWroteAt: 'When the customer wrote last, the report included; null for never.',
    employeeWroteAt: 'When an employee wrote to the customer last; null for never.',
    preparedAt: 'When it was prepared: of an issue, moments after it was reported.',
    updatedAt: 'When the last event happened to it.',
  },
  personal: ['customerName', 'subject', 'words'],
  issueField: 'issueId',
  indexes: [
    { keys: { preparedAt: -1, _id: 1 }, options: { name: 'by_prepared' } },
    { keys: { updatedAt: -1, _id: 1 }, options: { name: 'by_updated' } },
    { keys: { urgency: -1, preparedAt: -1, _id: 1 }, options: { name: 'by_urgency' } },
    { keys: { status: 1, preparedAt: -1, _id: 1 }, options: { name: 'by_status' } },
    { keys: { assigneeId: 1, open: 1, preparedAt: -1, _id: 1 }, options: { name: 'by_assignee' } },
    {
      // That a field is null is no single value of an index, so that an index on it would not come in an order.
      keys: { preparedAt: -1, _id: 1, assigneeId: 1 },
      options: { name: 'by_unassigned', partialFilterExpression: { assigneeId: null, open: true } },
    },
    { keys: { tags: 1, preparedAt: -1, _id: 1 }, options: { name: 'by_tag' } },
    { keys: { issueId: 1 }, options: { name: 'by_issue' } },
    { keys: { words: 1 }, options: { name: 'by_word' } },
  ],
  example: {
    _id: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    revision: 4,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    customerName: 'Kim',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    status: 'waiting',
    before: 'in-progress',
    open: true,
    assigneeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    priority: 'high',
    urgency: 2,
    tags: ['printer'],
    words: ['kim', 'the', 'printer', 'prints', 'blank', 'pages'],
    lastWriter: 'employee',
    customerWroteAt: new Date('2026-11-22T10:00:00Z'),
    employeeWroteAt: new Date('2026-11-22T10:15:00Z'),
    preparedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date('2026-11-22T10:15:00Z'),
  },
};
