// Who asks: a program with a token, or somebody who is signed in.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../../../shared-contracts/runtime/accounts/accounts.ts';
import { hasRole, type SignedIn } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import { RequestProblem } from '../request-problem.ts';
import { type CheckToken, TOKEN_ROLES, type TokenCheck } from '../tokens/check-token.ts';

export type Caller = {
  /** What requests and feeds are counted by. */
  readonly key: string;
  /** Whether personal fields may be read. */
  readonly personalData: boolean;
  /** Whether they still may what they might when they asked, for answers that take long. */
  readonly stillMay: () => Promise<boolean>;
};

export type CallerDeps = {
  readonly checkToken: CheckToken;
  readonly accounts: Pick<Accounts, 'bySession'>;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, on routes of the API. */
    caller?: Caller;
  }
}

const REALM = 'Bearer realm="deskstream"';
const FORM = /^Bearer +(\S{1,200})$/i;

const NOT_AN_ANALYST = 'Only analysts may read this. Ask an administrator for the role.';

/** What is said to who comes with a token that opens nothing. */
const REFUSED = {
  unknown: ['token-unknown', 'There is no such token. Compare it to its last character, or make another.'],
  expired: ['token-expired', 'This token has run out. Make another on the page Access tokens.'],
  revoked: ['token-revoked', 'This token was revoked. Make another on the page Access tokens.'],
} as const satisfies Partial<Record<TokenCheck['kind'], readonly [code: string, sentence: string]>>;

/** @throws RequestProblem 401 or 403. A token that came counts alone: whoever is signed in does not help it. */
export async function callerOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { checkToken, accounts }: CallerDeps,
): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization === undefined) return signedInCaller(request, reply, accounts);
  const text = FORM.exec(authorization)?.[1] ?? '';
  const check: TokenCheck = await checkToken(text);
  if (check.kind === 'valid') {
    const { tokenId, personalData } = check;
    const stillMay = async () => {
      const now = await checkToken(text);
      return now.kind === 'valid' && now.personalData === personalData;
    };
    return { key: `token:${tokenId}`, personalData, stillMay };
  }
  if (check.kind === 'not-allowed') throw new RequestProblem('not-an-analyst', NOT_AN_ANALYST);
  const [code, sentence] = REFUSED[check.kind];
  reply.header('www-authenticate', `${REALM}, error="invalid_token", error_description="${code}"`);
  throw new RequestProblem(code, sentence);
}

function signedInCaller(
  { signedIn }: FastifyRequest,
  reply: FastifyReply,
  accounts: CallerDeps['accounts'],
): Caller {
  if (signedIn === undefined) {
    reply.header('www-authenticate', REALM);
    const sentence = 'Send an access token: Authorization: Bearer dsk_… Analysts make one on their site.';
    throw new RequestProblem('token-missing', sentence);
  }
  if (signedIn.mustChangePassword) {
    const sentence = 'Choose a password of your own first, on the page of your account.';
    throw new RequestProblem('password-is-temporary', sentence);
  }
  if (!mayRead(signedIn)) throw new RequestProblem('not-an-analyst', NOT_AN_ANALYST);
  const { employeeId, epoch } = signedIn;
  const personalData = mayReadPersonalData(signedIn);
  const stillMay = async () => {
    const now = await accounts.bySession(employeeId, epoch);
    return now !== undefined && mayRead(now) && mayReadPersonalData(now) === personalData;
  };
  return { key: `employee:${employeeId}`, personalData, stillMay };
}

const mayRead = ({ roles }: SignedIn) => hasRole(roles, TOKEN_ROLES.read);
const mayReadPersonalData = ({ roles }: SignedIn) => hasRole(roles, TOKEN_ROLES.personalData);
