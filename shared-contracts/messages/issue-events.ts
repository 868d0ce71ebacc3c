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
  'resolved',
  'reopened',
  'cancelled',
] as const;
export type Step = (typeof STEPS)[number];
export const StepField = Type.Enum([...STEPS]);

export const IssueReported = defineMessage({
  type: 'IssueReported',
  meaning: 'A customer reported an issue on the form.',
  schema: Type.Object({
    issueId: Uuid,
    customerId: Meaning(Uuid, 'One for each report, since a customer has no account.'),
    email: EmailField,
    name: NameField,
    subject: SubjectField,
    kind: KindField,
    text: TextField,
  }),
  example: {
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    email: 'kim@example.org',
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
  example: { issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa' },
});

export const IssueProgressed = defineMessage({
  type: 'IssueProgressed',
  meaning: 'The ticket of this issue went one step on in the back office.',
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
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    ticketId: 'b9c4b7f7-3f7e-5a9e-9d2c-0a3a5f1b7c22',
    ticketRevision: 3,
    step: 'status-reported',
    note: 'We ordered a new drum.',
    at: '2026-11-22T10:15:00.000Z',
  },
});

export const ISSUE_EVENTS = [IssueReported, IssueClosed, IssueProgressed] as const;
export type IssueEvent = MessageOf<(typeof ISSUE_EVENTS)[number]>;
