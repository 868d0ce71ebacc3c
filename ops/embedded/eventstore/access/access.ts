// Who calls, and what they may do: asked before a call is served (who), and by its handler (what).
import type { IncomingHttpHeaders } from 'node:http';
import type { EventStore } from '../core/event-store.ts';
import { accessDenied, unauthenticated } from '../errors.ts';
import { ADMINS, ANONYMOUS, OPERATORS, type Principal, SYSTEM } from './principal.ts';
import { StreamAccess, type StreamAction } from './stream-access.ts';
import type { Users } from './users.ts';

/** What handlers ask. Each throws an RpcError (PERMISSION_DENIED) where the caller may not. */
export type Guard = {
  readonly stream: (principal: Principal, action: StreamAction, stream: string) => void;
  /** To make, change and delete groups, to replay what is parked, to scavenge. */
  readonly operate: (principal: Principal) => void;
  /** To manage users. */
  readonly administer: (principal: Principal) => void;
};

export type Access = Guard & {
  /** The users that there are; undefined without TLS. */
  readonly users: Users | undefined;
  /** @throws RpcError where the password is wrong, or nobody is signed in and the path is not open to anybody. */
  readonly admit: (headers: IncomingHttpHeaders, path: string) => Principal | Promise<Principal>;
};

/** What anybody may ask: gRPC methods and HTTP paths. */
const OPEN = new Set([
  '/event_store.client.gossip.Gossip/Read',
  '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
  '/health/live',
  '/gossip',
  '/info',
  '/ping',
]);

/** Without TLS, as in the real server's insecure mode. */
export const everybodyIsSystem: Access = {
  users: undefined,
  admit: () => SYSTEM,
  stream: () => {},
  operate: () => {},
  administer: () => {},
};

/** With TLS: users with passwords, and access lists. */
export function byUsers(store: EventStore, users: Users): Access {
  const streams = new StreamAccess(store);
  const refuseUnless = (allowed: boolean) => {
    if (!allowed) throw accessDenied();
  };
  return {
    users,
    admit: async (headers, path) => {
      const principal = await identify(users, headers);
      refuseUnless(principal !== ANONYMOUS || OPEN.has(path));
      return principal;
    },
    stream: (principal, action, stream) => refuseUnless(streams.allows(principal, action, stream)),
    operate: ({ groups }) => refuseUnless(groups.includes(ADMINS) || groups.includes(OPERATORS)),
    administer: ({ groups }) => refuseUnless(groups.includes(ADMINS)),
  };
}

/** By Basic authentication (RFC 7617); another scheme counts as none, as in the real server. */
async function identify(users: Users, headers: IncomingHttpHeaders): Promise<Principal> {
  const match = /^Basic (.+)$/i.exec(headers.authorization ?? '');
  if (match?.[1] === undefined) return ANONYMOUS;
  const [username = '', ...password] = Buffer.from(match[1], 'base64').toString('utf8').split(':');
  const principal = await users.verify(username, password.join(':'));
  if (principal === undefined) throw unauthenticated();
  return principal;
}
