// The ledger of failed messages: the streams `failures-{group}`. Ordinary events, so that they can be projected.
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { defineMessage, type MessageOf } from './define-message.ts';
import { Instant, Meaning, Nullable, Revision, Uuid } from './fields.ts';
import { ReplaySelection } from './replay-selection.ts';

const GroupName = Type.String({ minLength: 1, maxLength: 100 });
const Operator = Meaning(Type.String(), 'Who asked: `operator:{name}`.');
const AttemptId = Meaning(
  Uuid,
  "The delivery that it is about: the id of the origin's event, or of the replay link.",
);
const Batch = Meaning(Uuid, 'The request of an operator that it belongs to.');
export const OriginField = Type.Object(
  {
    stream: Type.String(),
    revision: Revision,
    eventId: Uuid,
    type: Meaning(Type.String(), 'Type of the event.'),
  },
  { description: 'The event that the message is about: the same in every attempt.' },
);

/** The event that a failed message is about: with the group, its identity, the same in every attempt. */
export type FailedOrigin = {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
};

/** Whether a value that came from elsewhere (the metadata of a link) is such an origin. */
export function isFailedOrigin(value: unknown): value is FailedOrigin {
  return Check(OriginField, value);
}

const group = 'customer.notifications';
export const originExample: FailedOrigin = {
  stream: 'issue-6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
  revision: 0,
  eventId: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11',
  type: 'IssueReported',
};
const origin = originExample;
const attemptId = '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11';

export const MessageParked = defineMessage({
  type: 'MessageParked',
  meaning: 'A handler gave a message up; it waits in the parked stream of its group for a person.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    attemptId: AttemptId,
    attempt: Meaning(Type.Integer({ minimum: 1 }), '1 for the first; a replay counts on.'),
    handler: Meaning(Type.String(), 'Name of the handler, in the code of the service.'),
    tries: Meaning(
      Type.Integer({ minimum: 0 }),
      'How often the handler was tried; 0 where the event was not found.',
    ),
    error: Type.Object({
      name: Type.String(),
      code: Meaning(Nullable(Type.String()), 'Stable, where the error has one.'),
      message: Type.String(),
      stack: Type.String(),
    }),
    correlationId: Meaning(Nullable(Type.String()), 'The conversation that the origin belongs to.'),
    traceId: Nullable(Type.String()),
    spanId: Meaning(Nullable(Type.String()), 'The span of this attempt, which the next one links to.'),
    host: Meaning(Type.String(), 'The machine that the handler ran on.'),
    occurredAt: Instant,
  }),
  example: {
    group,
    origin,
    attemptId,
    attempt: 1,
    handler: 'mail-confirmation',
    tries: 1,
    error: {
      name: 'Error',
      code: 'mail-refused',
      message: 'The mail server refused the mail.',
      stack: 'Error: The mail server refused the mail.\n    at send (mailer.js:1:1)',
    },
    correlationId: '0b7f3b1e-8a58-4c88-a6ce-5e3a5b4c7a90',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    host: 'desk-1',
    occurredAt: '2026-11-22T10:15:00.000Z',
  },
});

export const ReplayStarted = defineMessage({
  type: 'ReplayStarted',
  meaning:
    'An operator asked for failed messages to be handled again: one, a selection, or all up to a bound.',
  schema: Type.Object({
    group: GroupName,
    batch: Meaning(Uuid, 'Names this request; each replay that belongs to it carries it.'),
    total: Meaning(
      Revision,
      'How many messages it is for. Said again where it came to fewer: some were dealt with before their turn.',
    ),
    selection: ReplaySelection,
    by: Operator,
  }),
  example: {
    group,
    batch: '5d9d8a3e-0a55-4c56-9f0c-0b6e4b2f7c10',
    total: 1,
    selection: { upTo: 12, messages: null, filter: { eventType: 'IssueReported' } },
    by: 'operator:sam',
  },
});

export const ReplayRequested = defineMessage({
  type: 'ReplayRequested',
  meaning: 'A failed message is about to be handled again: its link is on the way to the group.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    replayId: Meaning(Uuid, 'Id of the link, and so of the attempt.'),
    batch: Batch,
    attempt: Type.Integer({ minimum: 2 }),
    by: Operator,
  }),
  example: {
    group,
    origin,
    replayId: '0c9b1f0d-91a9-4dd2-a9a6-49b6e0d4a4f5',
    batch: '5d9d8a3e-0a55-4c56-9f0c-0b6e4b2f7c10',
    attempt: 2,
    by: 'operator:sam',
  },
});

export const ReplayCancelled = defineMessage({
  type: 'ReplayCancelled',
  meaning: 'An operator took a replay back: what of it has not been handled yet goes back to waiting.',
  schema: Type.Object({ group: GroupName, batch: Batch, by: Operator }),
  example: { group, batch: '5d9d8a3e-0a55-4c56-9f0c-0b6e4b2f7c10', by: 'operator:sam' },
});

export const MessageRecovered = defineMessage({
  type: 'MessageRecovered',
  meaning: 'A replay of a failed message was handled.',
  schema: Type.Object({ group: GroupName, origin: OriginField, attemptId: AttemptId }),
  example: { group, origin, attemptId: '0c9b1f0d-91a9-4dd2-a9a6-49b6e0d4a4f5' },
});

export const MessageDiscarded = defineMessage({
  type: 'MessageDiscarded',
  meaning: 'An operator decided that a failed message is not to be handled.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    reason: Type.String({ maxLength: 1000 }),
    by: Operator,
  }),
  example: { group, origin, reason: 'The address does not exist.', by: 'operator:sam' },
});

export const PersonalDataShown = defineMessage({
  type: 'PersonalDataShown',
  meaning: 'Somebody asked to see the personal data of a failed message, and was shown it.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    by: Meaning(Type.String(), 'Who asked: an `actor`.'),
  }),
  example: { group, origin, by: 'employee:7c9e6679-7425-40de-944b-e07fc1f90ae7' },
});

const StreamBlocked = defineMessage({
  type: 'StreamBlocked',
  meaning:
    'In an ordered group: later events of this stream wait until the failed one is recovered or discarded.',
  schema: Type.Object({
    group: GroupName,
    stream: Type.String(),
    revision: Meaning(Revision, 'Where the failed event stands.'),
    eventId: Uuid,
  }),
  example: { group: 'customer.integration', stream: origin.stream, revision: 0, eventId: origin.eventId },
});

const StreamReleased = defineMessage({
  type: 'StreamReleased',
  meaning: 'The blocked stream was handled on, in its order, up to this revision; it flows again.',
  schema: Type.Object({
    group: GroupName,
    stream: Type.String(),
    revision: Meaning(Revision, 'Up to here all was handled.'),
    eventId: Meaning(
      Uuid,
      'The failed event that held it up. Where another one has come to hold it up meanwhile, this releases nothing.',
    ),
  }),
  example: { group: 'customer.integration', stream: origin.stream, revision: 4, eventId: origin.eventId },
});

const MessageSuspected = defineMessage({
  type: 'MessageSuspected',
  meaning:
    'A message that has come back often is about to be handled alone: it may be what kills the process.',
  schema: Type.Object({ group: GroupName, origin: OriginField, attemptId: AttemptId }),
  example: { group, origin, attemptId },
});

const SuspicionCleared = defineMessage({
  type: 'SuspicionCleared',
  meaning: 'The process survived the suspected message, which was left for another time.',
  schema: Type.Object({ group: GroupName, origin: OriginField, attemptId: AttemptId }),
  example: { group, origin, attemptId },
});

export const FAILURE_EVENTS = [
  MessageParked,
  ReplayStarted,
  ReplayRequested,
  ReplayCancelled,
  MessageRecovered,
  MessageDiscarded,
  PersonalDataShown,
  StreamBlocked,
  StreamReleased,
  MessageSuspected,
  SuspicionCleared,
] as const;
export type FailureEvent = MessageOf<(typeof FAILURE_EVENTS)[number]>;
