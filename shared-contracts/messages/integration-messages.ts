// What the two services tell each other over RabbitMQ. Contracts of their own: no domain event crosses the border.
import { Type } from 'typebox';
import { defineMessage, type MessageDefinition, type MessageOf } from './define-message.ts';
import {
  Instant,
  KindField,
  Meaning,
  NameField,
  Nullable,
  Revision,
  SubjectField,
  TextField,
  Uuid,
} from './fields.ts';
import { StepField } from './issue-events.ts';
import type { ServiceName } from './names.ts';

const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';

export const PrepareTicket = defineMessage({
  type: 'PrepareTicket',
  meaning: 'Customer → back office: prepare a ticket for a reported issue.',
  schema: Type.Object({
    issueId: Uuid,
    customerId: Meaning(Uuid, 'One for each report, since a customer has no account.'),
    customerName: NameField,
    subject: SubjectField,
    kind: KindField,
    text: TextField,
  }),
  example: {
    issueId,
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    customerName: 'Kim',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    text: 'Since Monday every second page comes out blank.',
  },
});

export const CancelTicket = defineMessage({
  type: 'CancelTicket',
  meaning: 'Customer → back office: the customer closed the issue, so its ticket needs no more work.',
  schema: Type.Object({ issueId: Uuid }),
  example: { issueId },
});

export const AddReply = defineMessage({
  type: 'AddReply',
  meaning: 'Customer → back office: the customer wrote; a ticket that is settled needs work again.',
  schema: Type.Object({ issueId: Uuid, text: TextField }),
  example: { issueId, text: 'It also happens with the other tray.' },
});

export const ReopenTicket = defineMessage({
  type: 'ReopenTicket',
  meaning: 'Customer → back office: a settled issue is not; its ticket needs work again.',
  schema: Type.Object({ issueId: Uuid, text: Meaning(TextField, 'What is still wrong.') }),
  example: { issueId, text: 'The new drum prints blank pages too.' },
});

export const RateTicket = defineMessage({
  type: 'RateTicket',
  meaning: 'Customer → back office: whether the resolution helped.',
  schema: Type.Object({
    issueId: Uuid,
    helped: Type.Boolean(),
    text: Meaning(Nullable(TextField), 'What the customer wrote with it, if anything.'),
  }),
  example: { issueId, helped: true, text: null },
});

export const TicketAnswered = defineMessage({
  type: 'TicketAnswered',
  meaning: 'Back office → customer: an employee wrote to the customer.',
  schema: Type.Object({
    issueId: Uuid,
    ticketId: Uuid,
    from: Meaning(NameField, 'The name of the employee; empty where the back office does not tell it.'),
    text: TextField,
    at: Meaning(Instant, 'When it was written.'),
  }),
  example: {
    issueId,
    ticketId: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    from: 'Ada Osei',
    text: 'Which paper do you use?',
    at: '2026-11-22T10:12:00.000Z',
  },
});

export const TicketProgressed = defineMessage({
  type: 'TicketProgressed',
  meaning: 'Back office → customer: the ticket of an issue went one step on.',
  schema: Type.Object({
    issueId: Uuid,
    ticketId: Uuid,
    ticketRevision: Meaning(
      Revision,
      'Where the step stands in the stream of the ticket: each is news once, the latest says how it stands.',
    ),
    step: StepField,
    note: Meaning(Nullable(TextField), 'What the employee wrote with the step, if anything.'),
    at: Meaning(Instant, 'When the ticket went that step.'),
  }),
  example: {
    issueId,
    ticketId: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    ticketRevision: 3,
    step: 'status-reported',
    note: 'We ordered a new drum.',
    at: '2026-11-22T10:15:00.000Z',
  },
});

/** What the back office hears on its queue. */
export const BACKOFFICE_MESSAGES = [PrepareTicket, CancelTicket, AddReply, ReopenTicket, RateTicket] as const;
/** What the customer service hears on its queue. */
export const CUSTOMER_MESSAGES = [TicketProgressed, TicketAnswered] as const;

export type IntegrationMessage =
  | MessageOf<(typeof BACKOFFICE_MESSAGES)[number]>
  | MessageOf<(typeof CUSTOMER_MESSAGES)[number]>;

/** Who tells whom what: `to` is the service whose exchange and queue carry it. */
export const CONVERSATIONS = [
  { from: 'customer', to: 'backoffice', messages: BACKOFFICE_MESSAGES },
  { from: 'backoffice', to: 'customer', messages: CUSTOMER_MESSAGES },
] as const satisfies readonly {
  from: ServiceName;
  to: ServiceName;
  messages: readonly MessageDefinition[];
}[];
