import type { IncomingHttpHeaders } from 'node:http';
import { accessDenied, unauthenticated } from '../errors.ts';

/** Who calls. Without TLS everybody is `system`, as in the real server's insecure mode. */
export type Access = {
  /** @throws RpcError where the password is wrong. */
  readonly usernameOf: (headers: IncomingHttpHeaders) => string;
  /** @throws RpcError where the caller may not do it. */
  readonly admit: (headers: IncomingHttpHeaders, path: string) => void;
};

const ANONYMOUS = 'anonymous';

/** What anybody may ask: gRPC methods and HTTP paths. */
const OPEN = new Set([
  '/event_store.client.gossip.Gossip/Read',
  '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
  '/health/live',
  '/gossip',
  '/info',
  '/ping',
]);

export const everybodyIsSystem: Access = { usernameOf: () => 'system', admit: () => {} };

/** The two users that a fresh server has, with their well-known password: enough to develop against, and no more. */
const USERS: ReadonlyMap<string, string> = new Map([
  ['admin', 'changeit'],
  ['ops', 'changeit'],
]);

/** With TLS: the well-known users may do everything, nobody else anything but look whether the node is there. */
export const wellKnownUsers: Access = {
  usernameOf,
  admit: (headers, path) => {
    if (usernameOf(headers) === ANONYMOUS && !OPEN.has(path)) throw accessDenied();
  },
};

function usernameOf(headers: IncomingHttpHeaders): string {
  const match = /^Basic (.+)$/i.exec(headers.authorization ?? '');
  if (match?.[1] === undefined) return ANONYMOUS;
  const [username = '', ...password] = Buffer.from(match[1], 'base64').toString('utf8').split(':');
  if (USERS.get(username) !== password.join(':')) throw unauthenticated();
  return username;
}
