import type { AddressInfo } from 'node:net';

/** The port that a server is really bound to. */
export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return address.port;
}
