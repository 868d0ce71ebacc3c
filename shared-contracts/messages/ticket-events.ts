// What happens to a ticket: the streams `ticket-{ticketId}`, appended to by the back office.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import {
  KindField,
  Meaning,
  NameField,
  Nullable,
  PriorityField,
  SubjectField,
  TagField,
  TextField,
  Uuid,
} from './fields.ts';

const ticketId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';
const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';

export const TicketPrepared = defineMessage({
  type: 'TicketPrepared',
  meaning: 'A ticket was prepared, from an issue that a customer reported or by hand.',
  schema: Type.Object({
    ticketId: Uuid,
    issueId: Meaning(Nullable(Uuid), 'Null for a ticket that was prepared by hand.'),
    customerId: Meaning(Nullable(Uuid), 'Null for a ticket that was prepared by hand.'),
    customerName: NameField,
    subject: SubjectField,
    kind: KindField,
    text: TextField,
  }),
  example: {
    ticketId,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    customerName: 'Kim',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    text: 'Since Monday every second page comes out blank.',
  },
});

export const TicketAssigned = defineMessage({
  type: 'TicketAssigned',
  meaning: 'The ticket was given to an employee.',
  schema: Type.Object({ ticketId: Uuid, employeeId: Uuid }),
  example: { ticketId, employeeId },
});

export const TicketUnassigned = defineMessage({
  type: 'TicketUnassigned',
  meaning: 'The ticket went back to those that nobody looks after.',
  schema: Type.Object({
    ticketId: Uuid,
    why: Meaning(
      Type.Enum(['by-employee', 'employee-deactivated']),
      'An employee gave it back, or the one who had it was deactivated.',
    ),
  }),
  example: { ticketId, why: 'by-employee' },
});

export const TicketStarted = defineMessage({
  type: 'TicketStarted',
  meaning: 'The assigned employee began to work on the ticket.',
  schema: Type.Object({ ticketId: Uuid, employeeId: Uuid }),
  example: { ticketId, employeeId },
});

export const TicketStatusReported = defineMessage({
  type: 'TicketStatusReported',
  meaning: 'An employee told the customer how far the work is.',
  schema: Type.Object({ ticketId: Uuid, text: Meaning(TextField, 'What the customer is told.') }),
  example: { ticketId, text: 'We ordered a new drum.' },
});

export const TicketPausedForCustomer = defineMessage({
  type: 'TicketPausedForCustomer',
  meaning: 'The ticket waits for an answer of the customer, and goes on where it was when one comes.',
  schema: Type.Object({
    ticketId: Uuid,
    text: Meaning(Nullable(TextField), 'What the customer is asked; null where a reply asked it already.'),
  }),
  example: { ticketId, text: 'Which paper do you use?' },
});

export const TicketReplyReceived = defineMessage({
  type: 'TicketReplyReceived',
  meaning: 'The customer wrote.',
  schema: Type.Object({ ticketId: Uuid, text: TextField }),
  example: { ticketId, text: 'It also happens with the other tray.' },
});

export const TicketReplySent = defineMessage({
  type: 'TicketReplySent',
  meaning: 'An employee wrote to the customer.',
  schema: Type.Object({
    ticketId: Uuid,
    from: Meaning(NameField, 'The name that the customer reads; empty where it is not told.'),
    text: TextField,
  }),
  example: { ticketId, from: 'Ada Osei', text: 'Which paper do you use?' },
});

export const TicketNoteAdded = defineMessage({
  type: 'TicketNoteAdded',
  meaning: 'An employee wrote a note for colleagues; the customer never sees it.',
  schema: Type.Object({ ticketId: Uuid, text: TextField }),
  example: { ticketId, text: 'The same printer as last month.' },
});

export const TicketPriorityChanged = defineMessage({
  type: 'TicketPriorityChanged',
  meaning: 'An employee said how urgent the ticket is; before, it is normal.',
  schema: Type.Object({ ticketId: Uuid, priority: PriorityField }),
  example: { ticketId, priority: 'high' },
});

export const TicketTagged = defineMessage({
  type: 'TicketTagged',
  meaning: 'An employee put a tag on the ticket.',
  schema: Type.Object({ ticketId: Uuid, tag: TagField }),
  example: { ticketId, tag: 'printer' },
});

export const TicketUntagged = defineMessage({
  type: 'TicketUntagged',
  meaning: 'An employee took a tag off the ticket.',
  schema: Type.Object({ ticketId: Uuid, tag: TagField }),
  example: { ticketId, tag: 'printer' },
});

export const TicketRated = defineMessage({
  type: 'TicketRated',
  meaning: 'The customer said whether the resolution helped; a later answer replaces an earlier one.',
  schema: Type.Object({
    ticketId: Uuid,
    helped: Type.Boolean(),
    text: Meaning(Nullable(TextField), 'What the customer wrote with it, if anything.'),
  }),
  example: { ticketId, helped: true, text: null },
});

export const TicketResolved = defineMessage({
  type: 'TicketResolved',
  meaning: 'The work is done.',
  schema: Type.Object({ ticketId: Uuid, text: Meaning(TextField, 'How; the customer is told.') }),
  example: { ticketId, text: 'The drum is replaced.' },
});

export const TicketReopened = defineMessage({
  type: 'TicketReopened',
  meaning: 'A resolved or cancelled ticket needs work again.',
  schema: Type.Object({
    ticketId: Uuid,
    by: Meaning(Type.Enum(['customer', 'employee']), 'Who says so.'),
    text: Meaning(TextField, 'Why: what the customer wrote, or what an employee tells the customer.'),
  }),
  example: { ticketId, by: 'customer', text: 'The new drum prints blank pages too.' },
});

export const TicketCancelled = defineMessage({
  type: 'TicketCancelled',
  meaning: 'The ticket needs no more work, although nothing was resolved.',
  schema: Type.Object({
    ticketId: Uuid,
    by: Meaning(
      Type.Enum(['customer', 'employee']),
      'Who needed it no longer: the customer closed the issue, or an employee said so.',
    ),
    text: Meaning(Nullable(TextField), 'Why, where an employee said so.'),
  }),
  example: { ticketId, by: 'customer', text: null },
});

export const TICKET_EVENTS = [
  TicketPrepared,
  TicketAssigned,
  TicketUnassigned,
  TicketStarted,
  TicketStatusReported,
  TicketPausedForCustomer,
  TicketReplyReceived,
  TicketReplySent,
  TicketNoteAdded,
  TicketPriorityChanged,
  TicketTagged,
  TicketUntagged,
  TicketRated,
  TicketResolved,
  TicketReopened,
  TicketCancelled,
] as const;
export type TicketEvent = MessageOf<(typeof TICKET_EVENTS)[number]>;
