// Whether a token opens anything: by the stream of whoever made it, and by what they may do now.
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { Accounts } from '../../../shared-contracts/runtime/accounts/accounts.ts';
import { hasRole } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { loadStream } from '../../../shared-contracts/runtime/load-stream.ts';
import { KeyCache } from '../../../shared-contracts/runtime/personal/key-cache.ts';
import { type AccessTokens, accessTokens, isExpired } from '../../access-token/access-token-decider.ts';
import { readToken, sameHash } from './token-text.ts';

/** Who may use the API with a token, and who may read personal data in it. */
export const TOKEN_ROLES = { read: ['analyst'], personalData: ['agent'] } as const;

export type TokenCheck =
  | {
      readonly kind: 'valid';
      readonly tokenId: string;
      readonly employeeId: string;
      readonly personalData: boolean;
    }
  | { readonly kind: 'unknown' | 'expired' | 'revoked' | 'not-allowed' };

export type CheckToken = (text: string) => Promise<TokenCheck>;

type Deps = {
  readonly store: EventStore;
  readonly accounts: Pick<Accounts, 'readLately'>;
  readonly now: () => Date;
};

/** How long what was read of somebody's tokens is believed: so soon after it was revoked a token opens nothing more. */
const CACHE = { size: 2000, lifeMs: 2000 } as const;

/** A token of somebody who is deactivated, or has lost the role, opens nothing as long as that is so. */
export function createTokenCheck({ store, accounts, now }: Deps): CheckToken {
  const cache = new KeyCache<AccessTokens>(CACHE, () => now().getTime());
  return async (text) => {
    const given = readToken(text);
    if (given === undefined) return { kind: 'unknown' };
    const { employeeId, secretHash } = given;
    const read = async () => (await loadStream(store, accessTokens, streamOf.tokens(employeeId))).state;
    // All are compared, so that the time does not tell which of them it is most like.
    const foundIn = ({ tokens }: AccessTokens) =>
      tokens.filter((each) => sameHash(each.secretHash, secretHash))[0];
    // One that was made a moment ago is not in what was read before.
    const token = foundIn(await cache.getOr(employeeId, read)) ?? foundIn(await read());
    if (token === undefined) return { kind: 'unknown' };
    if (token.revoked) return { kind: 'revoked' };
    if (isExpired(token, now().getTime())) return { kind: 'expired' };
    const employee = await accounts.readLately(employeeId);
    if (employee.kind !== 'active' || !hasRole(employee.roles, TOKEN_ROLES.read))
      return { kind: 'not-allowed' };
    const personalData = token.personalData && hasRole(employee.roles, TOKEN_ROLES.personalData);
    return { kind: 'valid', tokenId: token.tokenId, employeeId, personalData };
  };
}
