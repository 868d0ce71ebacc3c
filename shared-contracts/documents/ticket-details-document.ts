import type { Kind, Priority } from '../messages/fields.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';
import type { OpenStatus, Side, TicketStatus } from './ticket-document.ts';

/** What was said between a customer and the desk, by the kind of event that it came with. */
export type Message = {
  /** Revision of its event in the stream of the ticket: with the ticket, its identity. */
  readonly revision: number;
  readonly from: Side;
  readonly kind:
    | 'reply'
    | 'status-report'
    | 'question'
    | 'resolution'
    | 'reopening'
    | 'cancellation'
    | 'rating';
  /** Who appended it: `employee:{id}`, or the group that took in what the customer wrote. */
  readonly actor: string;
  /** The name that the customer reads; null where the event has none. */
  readonly name: string | null;
  readonly text: string;
  readonly at: Date;
};

/** What an employee wrote for colleagues. */
export type Note = {
  readonly revision: number;
  readonly actor: string;
  readonly text: string;
  readonly at: Date;
};

/** What the page of a ticket shows beside its history, which it reads from the stream. */
export type TicketDetailsDocument = RevisionedDocument & {
  readonly issueId: string | null;
  readonly customerId: string | null;
  readonly customerName: string;
  readonly subject: string;
  readonly text: string;
  readonly kind: Kind;
  readonly status: TicketStatus;
  readonly before: OpenStatus;
  readonly assigneeId: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly rating: { readonly helped: boolean; readonly text: string | null; readonly at: Date } | null;
  readonly conversation: readonly Message[];
  readonly messages: number;
  readonly notes: readonly Note[];
  readonly notesWritten: number;
  readonly preparedAt: Date;
  readonly updatedAt: Date;
};

export const TICKET_DETAILS: ReadModel<TicketDetailsDocument> = {
  name: 'ticket_details',
  version: 1,
  meaning: 'A ticket with all that its page shows beside the history.',
  fields: {
    _id: 'Id of the ticket.',
    revision: 'Revision of the last event of `ticket-{_id}` that the document has taken in.',
    issueId: 'The issue that it was prepared from; null for a ticket that was prepared by hand.',
    customerId:
      'The subject under whose key the personal data is; null for a ticket that was prepared by hand.',
    customerName: 'Name of the customer; empty where it is not known.',
    subject: 'What it is about, in a few words.',
    text: 'What it is about: what the customer reported, or what an employee wrote down.',
    kind: '`question`, `problem` or `request`.',
    status: '`prepared`, `assigned`, `in-progress`, `waiting` (for the customer), `resolved` or `cancelled`.',
    before: 'The status that a waiting ticket goes back to when the customer has written.',
    assigneeId: 'The employee who has it; null for nobody.',
    priority: '`low`, `normal`, `high` or `urgent`.',
    tags: 'Its tags, in the order in which they were put on.',
    rating:
      'What the customer said about the last resolution: `helped`, `text` and `at`; null for nothing yet.',
    conversation:
      'What customer and desk wrote to each other after the first text, the oldest first: the newest 200 messages, and of them no more than 250,000 characters.',
    messages: 'How many messages there were in all; the older ones are in the stream.',
    notes:
      'What employees wrote for colleagues, the oldest first: the newest 100, no more than 100,000 characters.',
    notesWritten: 'How many notes there were in all.',
    preparedAt: 'When it was prepared.',
    updatedAt: 'When the last event happened to it.',
  },
  personal: ['customerName', 'subject', 'text', 'rating', 'conversation', 'notes'],
  issueField: 'issueId',
  // A ticket is looked up by its id; an issue names its ticket.
  indexes: [],
  example: {
    _id: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    revision: 4,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    customerName: 'Kim',
    subject: 'The printer prints blank pages',
    text: 'Since Monday every second page comes out blank.',
    kind: 'problem',
    status: 'waiting',
    before: 'in-progress',
    assigneeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    priority: 'high',
    tags: ['printer'],
    rating: null,
    conversation: [
      {
        revision: 4,
        from: 'employee',
        kind: 'question',
        actor: 'employee:2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
        name: null,
        text: 'Which paper do you use?',
        at: new Date('2026-11-22T10:15:00Z'),
      },
    ],
    messages: 1,
    notes: [
      {
        revision: 3,
        actor: 'employee:2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
        text: 'The same printer as last month.',
        at: new Date('2026-11-22T10:12:00Z'),
      },
    ],
    notesWritten: 1,
    preparedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date('2026-11-22T10:15:00Z'),
  },
};
