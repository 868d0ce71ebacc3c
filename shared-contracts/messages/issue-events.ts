// What happens to an issue: the streams `issue-{issueId}`, appended to by the customer service.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import {
  EmailField,
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

/** The steps of a ticket that a customer hears about. */
export const STEPS = [
  'prepared',
  'assigned',
  'started',
  'status-reported',
  'waiting',
  'resolved',
  'reopened',
  'cancelled',
] as const;
export type Step = (typeof STEPS)[number];
export const StepField = Type.Enum([...STEPS]);

const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';
const ticketId = 'b9c4b7f7-3f7e-5a9e-9d2c-0a3a5f1b7c22';

export const IssueReported = defineMessage({
  type: 'IssueReported',
  meaning: 'A customer reported an issue on the form.',
  schema: Type.Object({
    issueId: Uuid,
    customerId: Meaning(Uuid, 'One for each report, since a customer has no account.'),
    email: EmailField,
    addressHash: Meaning(
      Type.String({ pattern: '^[0-9a-f]{64}$' }),
      'Keyed hash of the address in small letters: finds everything that one customer reported, and says nothing else.',
    ),
    name: NameField,
    subject: SubjectField,
    kind: KindField,
    text: TextField,
  }),
  example: {
    issueId,
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    email: 'kim@example.org',
    addressHash: '3b1c6e0f9d2a48575c1e0b7a6d4f2938c7b6a5948372615f4e3d2c1b0a9f8e7d',
    name: 'Kim',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    text: 'Since Monday every second page comes out blank.',
  },
});

export const IssueClosed = defineMessage({
  type: 'IssueClosed',
  meaning: 'The customer closed the issue on the tracking page: it needs no more work.',
  schema: Type.Object({ issueId: Uuid }),
  example: { issueId },
});

export const IssueReplied = defineMessage({
  type: 'IssueReplied',
  meaning: 'The customer wrote on the tracking page, about an issue that is open.',
  schema: Type.Object({ issueId: Uuid, text: TextField }),
  example: { issueId, text: 'It also happens with the other tray.' },
});

export const IssueReopened = defineMessage({
  type: 'IssueReopened',
  meaning: 'The customer wrote on the tracking page, about an issue that was settled: it needs work again.',
  schema: Type.Object({ issueId: Uuid, text: Meaning(TextField, 'What is still wrong.') }),
  example: { issueId, text: 'The new drum prints blank pages too.' },
});

export const IssueRated = defineMessage({
  type: 'IssueRated',
  meaning: 'The customer said whether the resolution helped; a later answer replaces an earlier one.',
  schema: Type.Object({
    issueId: Uuid,
    helped: Type.Boolean(),
    text: Meaning(Nullable(TextField), 'What the customer wrote with it, if anything.'),
  }),
  example: { issueId, helped: true, text: null },
});

export const IssueAnswered = defineMessage({
  type: 'IssueAnswered',
  meaning: 'An employee wrote to the customer.',
  schema: Type.Object({
    issueId: Uuid,
    ticketId: Uuid,
    from: Meaning(NameField, 'The name of the employee; empty where the back office does not tell it.'),
    text: TextField,
    at: Meaning(Instant, 'When it was written.'),
  }),
  example: {
    issueId,
    ticketId,
    from: 'Ada Osei',
    text: 'Which paper do you use?',
    at: '2026-11-22T10:12:00.000Z',
  },
});

export const IssueProgressed = defineMessage({
  type: 'IssueProgressed',
  meaning: 'The ticket of this issue went one step on in the back office.',
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
    ticketId,
    ticketRevision: 3,
    step: 'status-reported',
    note: 'We ordered a new drum.',
    at: '2026-11-22T10:15:00.000Z',
  },
});

export const ISSUE_EVENTS = [
  IssueReported,
  IssueClosed,
  IssueReplied,
  IssueReopened,
  IssueRated,
  IssueAnswered,
  IssueProgressed,
] as const;
export type IssueEvent = MessageOf<(typeof ISSUE_EVENTS)[number]>;
