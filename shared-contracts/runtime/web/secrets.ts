import { hkdfSync } from 'node:crypto';

/** Derives a key for one purpose (HKDF, RFC 5869), so that no two purposes ever share a key. */
export function deriveKey(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `deskstream ${purpose}`, 32));
}
