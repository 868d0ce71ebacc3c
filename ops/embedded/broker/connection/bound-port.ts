import type { AddressInfo } from 'node:net';

/** The port that a server really listens on. */
export function boundPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port.');
  return address.port;
}
