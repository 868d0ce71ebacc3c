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

export const TicketProgressed = defineMessage({
  type: 'TicketProgressed',
  meaning: 'Back office → customer: the ticket of an issue went one step on.',
  schema: Type.Object({
    issueId: Uuid,
    ticketId: Uuid,
    ticketRevision: Meaning(
      Revision,
      'Where the step stands in the stream of the ticket; only a later one than before is news.',
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
export const BACKOFFICE_MESSAGES = [PrepareTicket, CancelTicket] as const;
/** What the customer service hears on its queue. */
export const CUSTOMER_MESSAGES = [TicketProgressed] as const;

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
