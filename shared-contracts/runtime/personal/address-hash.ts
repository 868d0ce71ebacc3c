import { createHmac } from 'node:crypto';

/** Tells whether two addresses are the same without telling either: who has no key cannot try addresses out. */
export type AddressHash = (email: string) => string;

/** Keyed hash (HMAC-SHA-256, 64 hex digits) of an address; how it is spelt, in small or capital letters, does not matter. */
export function createAddressHash(key: Uint8Array): AddressHash {
  return (email) => createHmac('sha256', key).update(email.trim().toLowerCase()).digest('hex');
}
