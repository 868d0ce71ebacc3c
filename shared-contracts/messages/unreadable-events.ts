// What came from the broker and is not one of our messages: the streams `inbox-{service}-unreadable-{id}`.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { Instant, Meaning, Nullable, Personal, Uuid } from './fields.ts';

/** Bytes of an unreadable message that are kept in the store; all of it is in the dead queue. */
export const KEPT_BYTES = 65_536;

/** Why a message cannot be read. */
export const UNREADABLE_CODES = ['too-large', 'unknown-type', 'not-json', 'contract-violation'] as const;
export type UnreadableCode = (typeof UNREADABLE_CODES)[number];

/** A text of others that is told in clear: only what looks like a name in a program, since it may be anything. */
const Name = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,99}$' });

export const MessageUnreadable = defineMessage({
  type: 'MessageUnreadable',
  meaning: 'A message came from the broker that cannot be read; the whole of it is in the dead queue.',
  schema: Type.Object({
    queue: Meaning(Type.String({ maxLength: 100 }), 'Where it came from.'),
    routingKey: Meaning(Nullable(Name), 'Where it looks like a name; null otherwise.'),
    messageType: Meaning(Nullable(Name), 'What its sender calls it, where that looks like a name.'),
    messageId: Meaning(Nullable(Uuid), 'Where it has one as our messages have.'),
    code: Meaning(Type.Enum([...UNREADABLE_CODES]), 'Why it cannot be read.'),
    reason: Meaning(Type.String({ maxLength: 1000 }), 'The same as a sentence, without any of its values.'),
    length: Meaning(Type.Integer({ minimum: 0 }), 'Bytes of its body.'),
    sha256: Meaning(Type.String({ pattern: '^[0-9a-f]{64}$' }), 'Of its whole body.'),
    content: Meaning(
      Personal(Type.String({ maxLength: 4 * Math.ceil(KEPT_BYTES / 3) }), ''),
      `The first ${KEPT_BYTES} bytes of its body, base64. Nobody knows what is in it, so it counts as personal.`,
    ),
    properties: Meaning(
      Personal(Type.Record(Type.String(), Type.Unknown()), {}),
      'What came beside the body, as far as it takes part in reading it: type, ids, our headers.',
    ),
    redelivered: Meaning(Type.Boolean(), 'Whether the broker had handed it out before.'),
    receivedAt: Instant,
  }),
  example: {
    queue: 'backoffice.inbox',
    routingKey: 'PrepareTicket',
    messageType: 'PrepareTicket',
    messageId: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11',
    code: 'not-json',
    reason: 'PrepareTicket: is not JSON',
    length: 11,
    sha256: 'd2efd6d9f2638a885fb7409444264910fd4ce2b4f9ebd7db2b5f51b1eba91a36',
    content: 'eyJpc3N1ZUlkIjo=',
    properties: { type: 'PrepareTicket', messageId: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11', headers: {} },
    redelivered: false,
    receivedAt: '2026-11-22T10:15:00.000Z',
  },
});
