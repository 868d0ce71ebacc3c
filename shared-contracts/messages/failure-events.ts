// The ledger of failed messages: the streams `failures-{group}`. Ordinary events, so that they can be projected.
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { defineMessage, type MessageOf } from './define-message.ts';
import { Instant, Nullable, Revision, Uuid } from './fields.ts';

const GroupName = Type.String({ minLength: 1, maxLength: 100 });
const OriginField = Type.Object({
  stream: Type.String(),
  revision: Revision,
  eventId: Uuid,
  type: Type.String(),
});

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
const origin: FailedOrigin = {
  stream: 'issue-6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
  revision: 0,
  eventId: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11',
  type: 'IssueReported',
};
const attemptId = '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11';

export const MessageParked = defineMessage({
  type: 'MessageParked',
  meaning: 'A handler gave a message up; it waits in the parked stream of its group for a person.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    /** The delivery that failed: the origin's event id, or the id of the replay link. */
    attemptId: Uuid,
    /** 1 for the first; a replay counts on. */
    attempt: Type.Integer({ minimum: 1 }),
    handler: Type.String(),
    /** How often the handler was tried before it was given up. */
    tries: Type.Integer({ minimum: 0 }),
    error: Type.Object({
      name: Type.String(),
      code: Nullable(Type.String()),
      message: Type.String(),
      stack: Type.String(),
    }),
    correlationId: Nullable(Type.String()),
    traceId: Nullable(Type.String()),
    host: Type.String(),
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
    host: 'desk-1',
    occurredAt: '2026-11-22T10:15:00.000Z',
  },
});

export const ReplayRequested = defineMessage({
  type: 'ReplayRequested',
  meaning: 'An operator asked for a failed message to be handled again.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    replayId: Uuid,
    attempt: Type.Integer({ minimum: 2 }),
    by: Type.String(),
  }),
  example: {
    group,
    origin,
    replayId: '0c9b1f0d-91a9-4dd2-a9a6-49b6e0d4a4f5',
    attempt: 2,
    by: 'operator:sam',
  },
});

export const MessageRecovered = defineMessage({
  type: 'MessageRecovered',
  meaning: 'A replay of a failed message was handled.',
  schema: Type.Object({ group: GroupName, origin: OriginField, attemptId: Uuid }),
  example: { group, origin, attemptId: '0c9b1f0d-91a9-4dd2-a9a6-49b6e0d4a4f5' },
});

export const MessageDiscarded = defineMessage({
  type: 'MessageDiscarded',
  meaning: 'An operator decided that a failed message is not to be handled.',
  schema: Type.Object({
    group: GroupName,
    origin: OriginField,
    reason: Type.String({ maxLength: 1000 }),
    by: Type.String(),
  }),
  example: { group, origin, reason: 'The address does not exist.', by: 'operator:sam' },
});

export const FAILURE_EVENTS = [MessageParked, ReplayRequested, MessageRecovered, MessageDiscarded] as const;
export type FailureEvent = MessageOf<(typeof FAILURE_EVENTS)[number]>;
