// The keys that personal data is encrypted under: the streams `key-{subject}`, one event each.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { Secret, Uuid } from './fields.ts';

export const SubjectKeyCreated = defineMessage({
  type: 'SubjectKeyCreated',
  meaning: 'Personal data of this subject is encrypted under this key; without it, it cannot be read.',
  schema: Type.Object({
    subject: Uuid,
    /** The key, encrypted under one that is derived from the master key: nonce, ciphertext and tag as base64url. */
    wrappedKey: Secret(Type.String({ pattern: '^[A-Za-z0-9_-]{80}$' })),
  }),
  example: {
    subject: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    wrappedKey: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8S',
  },
});
