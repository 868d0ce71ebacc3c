// The rules of one employee's access tokens: made with a name, an end and what they open; revoked for good.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { TOKEN_EVENTS, type TokenEvent } from '../../shared-contracts/messages/token-events.ts';
import { accept, type Decider, type Decision, reject } from '../../shared-contracts/runtime/decider.ts';

type OfEmployee<Type extends string> = {
  readonly type: Type;
  readonly commandId: string;
  readonly employeeId: string;
  readonly tokenId: string;
};

export type MakeToken = OfEmployee<'MakeToken'> & {
  readonly name: string;
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string;
  /** ISO time; null for never. */
  readonly expiresAt: string | null;
  readonly personalData: boolean;
  /** Whether who makes it may read personal data. */
  readonly mayReadPersonalData: boolean;
  /** ISO time. */
  readonly now: string;
};
export type RevokeToken = OfEmployee<'RevokeToken'>;

export type AccessToken = {
  readonly tokenId: string;
  readonly name: string;
  readonly secretHash: string;
  readonly expiresAt: string | null;
  readonly personalData: boolean;
  readonly revoked: boolean;
};

/** All tokens that the employee ever made, the oldest first. */
export type AccessTokens = { readonly tokens: readonly AccessToken[] };

/** Tokens of one employee that open something at the same time. */
export const MOST_TOKENS = 20;

const accessTokenDecider: Decider<AccessTokens, MakeToken | RevokeToken, TokenEvent> = {
  initial: { tokens: [] },

  evolve({ tokens }, event) {
    switch (event.type) {
      case 'AccessTokenMade': {
        const { employeeId, ...token } = event.data;
        return { tokens: [...tokens, { ...token, revoked: false }] };
      }
      case 'AccessTokenRevoked':
        return {
          tokens: tokens.map((token) =>
            token.tokenId === event.data.tokenId ? { ...token, revoked: true } : token,
          ),
        };
    }
  },

  decide(command, { tokens }) {
    switch (command.type) {
      case 'MakeToken':
        return make(command, tokens);
      case 'RevokeToken': {
        const { employeeId, tokenId } = command;
        const token = tokens.find((each) => each.tokenId === tokenId);
        if (token === undefined) return reject('token-unknown', 'You have no such token.');
        if (token.revoked) return accept();
        return accept({ type: 'AccessTokenRevoked', data: { employeeId, tokenId } });
      }
    }
  },
};

export const accessTokens = {
  decider: accessTokenDecider,
  isEvent: isOneOf(TOKEN_EVENTS),
  subjectOf: (first: TokenEvent) => first.data.employeeId,
};

/** Whether a token has run out. @param now milliseconds since the epoch */
export function isExpired({ expiresAt }: Pick<AccessToken, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

function make(command: MakeToken, tokens: readonly AccessToken[]): Decision<TokenEvent> {
  const { employeeId, tokenId, name, secretHash, expiresAt, personalData } = command;
  const now = Date.parse(command.now);
  const live = tokens.filter((token) => !token.revoked && !isExpired(token, now));
  if (tokens.some((token) => token.tokenId === tokenId)) return accept();
  if (isExpired(command, now)) {
    return reject('token-expired', 'This day is over already. Choose a later one, or none.');
  }
  if (personalData && !command.mayReadPersonalData) {
    return reject(
      'personal-data-not-granted',
      'Personal data is for those who are also agents. Make the token without it.',
    );
  }
  if (live.some((token) => token.name === name)) {
    return reject('token-name-taken', 'You have a token of this name. Choose another, or revoke that one.');
  }
  if (live.length >= MOST_TOKENS) {
    return reject('too-many-tokens', `You have ${MOST_TOKENS} tokens. Revoke one that nobody uses.`);
  }
  return accept({
    type: 'AccessTokenMade',
    data: { employeeId, tokenId, name, secretHash, expiresAt, personalData },
  });
}
