// What happens to a ticket: the streams `ticket-{ticketId}`, appended to by the back office.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import { KindField, Meaning, NameField, Nullable, SubjectField, TextField, Uuid } from './fields.ts';

const ticketId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';
const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';

const TicketPrepared = defineMessage({
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

const TicketAssigned = defineMessage({
  type: 'TicketAssigned',
  meaning: 'The ticket was given to an employee.',
  schema: Type.Object({ ticketId: Uuid, employeeId: Uuid }),
  example: { ticketId, employeeId },
});

const TicketStarted = defineMessage({
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

const TicketResolved = defineMessage({
  type: 'TicketResolved',
  meaning: 'The work is done.',
  schema: Type.Object({ ticketId: Uuid, text: Meaning(TextField, 'How; the customer is told.') }),
  example: { ticketId, text: 'The drum is replaced.' },
});

const TicketReopened = defineMessage({
  type: 'TicketReopened',
  meaning: 'A resolved or cancelled ticket needs work again.',
  schema: Type.Object({ ticketId: Uuid, text: Meaning(TextField, 'Why; the customer is told.') }),
  example: { ticketId, text: 'The new drum prints blank pages too.' },
});

const TicketCancelled = defineMessage({
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
  TicketStarted,
  TicketStatusReported,
  TicketResolved,
  TicketReopened,
  TicketCancelled,
] as const;
export type TicketEvent = MessageOf<(typeof TICKET_EVENTS)[number]>;
