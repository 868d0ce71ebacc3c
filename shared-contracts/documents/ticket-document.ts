import type { Kind } from '../messages/fields.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';

export const TICKET_STATUSES = [
  'prepared',
  'assigned',
  'in-progress',
  'waiting',
  'resolved',
  'cancelled',
] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** One ticket as the lists and counts need it. */
export type TicketDocument = RevisionedDocument & {
  readonly issueId: string | null;
  readonly subject: string;
  readonly kind: Kind;
  readonly status: TicketStatus;
  /** Where a waiting ticket goes on when the customer has answered. */
  readonly before: TicketStatus;
  readonly assigneeId: string | null;
  readonly preparedAt: Date;
  readonly updatedAt: Date;
};

export const TICKETS: ReadModel<TicketDocument> = {
  name: 'tickets',
  version: 1,
  indexes: [
    { keys: { preparedAt: -1, _id: 1 }, options: { name: 'by_prepared' } },
    { keys: { status: 1, preparedAt: -1, _id: 1 }, options: { name: 'by_status' } },
    { keys: { assigneeId: 1, preparedAt: -1, _id: 1 }, options: { name: 'by_assignee' } },
  ],
  example: {
    _id: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    revision: 2,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    status: 'in-progress',
    before: 'prepared',
    assigneeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    preparedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date('2026-11-22T10:15:00Z'),
  },
};
