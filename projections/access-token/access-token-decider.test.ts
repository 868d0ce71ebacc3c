import t from 'tap';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { validMessage } from '../../shared-contracts/messages/decode-message.ts';
import type { TokenEvent } from '../../shared-contracts/messages/token-events.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { accessTokens, isExpired, type MakeToken, MOST_TOKENS } from './access-token-decider.ts';

const { decider } = accessTokens;
const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
const tokenId = '7d9f1b62-4c7e-4d0a-8f51-0b1f6a3d2c90';
const otherId = '0b7f3b1e-8a58-4c88-a6ce-5e3a5b4c7a90';
const commandId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';
const token = {
  ...{ employeeId, tokenId, name: 'Weekly', secretHash: 'h'.repeat(43) },
  ...{ expiresAt: '2026-12-01T00:00:00.000Z', personalData: false },
};
const made: TokenEvent = { type: 'AccessTokenMade', data: token };
const revoked: TokenEvent = { type: 'AccessTokenRevoked', data: { employeeId, tokenId } };
const make: MakeToken = {
  ...{ type: 'MakeToken', commandId, ...token },
  ...{ mayReadPersonalData: false, now: '2026-11-23T12:00:00.000Z' },
};
const another = { ...make, tokenId: otherId };

t.test('a token is made once', async () => {
  given(decider).when(make).gives(made);
  given(decider, made).when(make).changesNothing();
});

t.test('what is decided keeps the contract', async (t) => {
  for (const { type, data } of [made, revoked]) {
    const definition = CATALOGUE.get(type);
    t.ok(definition !== undefined && validMessage(definition, data), type);
  }
});

t.test('personal data is for those who may read it', async () => {
  given(decider)
    .when({ ...make, personalData: true })
    .rejects(
      'personal-data-not-granted',
      'Personal data is for those who are also agents. Make the token without it.',
    );
  given(decider)
    .when({ ...make, personalData: true, mayReadPersonalData: true })
    .gives({ type: 'AccessTokenMade', data: { ...token, personalData: true } });
});

t.test('it runs out at its time, and is not made when that is over', async (t) => {
  given(decider)
    .when({ ...make, now: '2026-12-01T00:00:00.000Z' })
    .rejects('token-expired', 'This day is over already. Choose a later one, or none.');
  const end = Date.parse('2026-12-01T00:00:00Z');
  t.strictSame(
    [isExpired(token, end - 1), isExpired(token, end), isExpired({ expiresAt: null }, end)],
    [false, true, false],
  );
});

t.test('no two live ones have the same name', async () => {
  given(decider, made)
    .when(another)
    .rejects('token-name-taken', 'You have a token of this name. Choose another, or revoke that one.');
  const again: TokenEvent = { type: 'AccessTokenMade', data: { ...token, tokenId: otherId } };
  given(decider, made, revoked).when(another).gives(again);
  const later = '2026-12-02T00:00:00.000Z';
  given(decider, made)
    .when({ ...another, now: later, expiresAt: null })
    .gives({ type: 'AccessTokenMade', data: { ...again.data, expiresAt: null } });
});

t.test('nobody has more than twenty that can be used', async () => {
  const many = Array.from({ length: MOST_TOKENS }, (_, index): TokenEvent => {
    const id = `${otherId.slice(0, -2)}${String(index).padStart(2, '0')}`;
    return { type: 'AccessTokenMade', data: { ...token, tokenId: id, name: `${index}` } };
  });
  given(decider, ...many)
    .when(make)
    .rejects('too-many-tokens', 'You have 20 tokens. Revoke one that nobody uses.');
  given(decider, ...many.slice(1))
    .when(make)
    .gives(made);
});

t.test('revoking is once and for good, and of what there is', async () => {
  const revoke = { type: 'RevokeToken', commandId, employeeId, tokenId } as const;
  given(decider, made).when(revoke).gives(revoked);
  given(decider, made, revoked).when(revoke).changesNothing();
  given(decider).when(revoke).rejects('token-unknown', 'You have no such token.');
});
