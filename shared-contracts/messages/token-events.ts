// What happens to access tokens: the streams `tokens-{employeeId}`, each with all tokens of one employee, appended to by the
// analysts' site.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import { Instant, LIMITS, Meaning, Nullable, Personal, Secret, Uuid } from './fields.ts';

const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
const tokenId = '7d9f1b62-4c7e-4d0a-8f51-0b1f6a3d2c90';

const AccessTokenMade = defineMessage({
  type: 'AccessTokenMade',
  meaning: 'The employee made a token by which a program may read what the employee may read.',
  schema: Type.Object({
    employeeId: Uuid,
    tokenId: Uuid,
    name: Meaning(
      Personal(Type.String({ minLength: 1, maxLength: LIMITS.name })),
      'What the employee calls it, so that they know it again.',
    ),
    secretHash: Secret(
      Meaning(
        Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
        'SHA-256 of its secret (256 random bits), base64url; the secret itself is kept nowhere.',
      ),
    ),
    expiresAt: Meaning(Nullable(Instant), 'From when on it opens nothing; null for never.'),
    personalData: Meaning(Type.Boolean(), 'Whether personal fields may be read with it.'),
  }),
  example: {
    employeeId,
    tokenId,
    name: 'Weekly figures',
    secretHash: 'uU0nuZNNPgilLlLX2n2r-sSE7-N6U4DukIj3rOLvzek',
    expiresAt: '2027-11-23T00:00:00.000Z',
    personalData: false,
  },
});

const AccessTokenRevoked = defineMessage({
  type: 'AccessTokenRevoked',
  meaning: 'The token opens nothing any more.',
  schema: Type.Object({ employeeId: Uuid, tokenId: Uuid }),
  example: { employeeId, tokenId },
});

export const TOKEN_EVENTS = [AccessTokenMade, AccessTokenRevoked] as const;
export type TokenEvent = MessageOf<(typeof TOKEN_EVENTS)[number]>;
