// One encrypted value, as it stands in the JSON of an event or message in place of the clear one: the prefix, then
// nonce (12 bytes), ciphertext and tag (16 bytes) of AES-256-GCM, base64url.
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { pointerTo } from '../../messages/personal-fields.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PREFIX = 'enc1:';

/** Stands for a value that was written about a subject who was erased already: there is nothing in it. */
export const ERASED_VALUE = PREFIX;

/**
 * Where a value belongs. It is part of what is authenticated: a value that was moved to another field, event or message
 * does not open. An event in an inbox has the id of the message that it was.
 */
export type Place = { readonly id: string; readonly pointer: string };

/** Makes a source of random nonces. It asks for many at a time: one by one they take as long as the encryption. */
export function nonceSource(): () => Buffer {
  let pool = Buffer.alloc(0);
  return () => {
    if (pool.length === 0) pool = randomBytes(NONCE_BYTES * 512);
    const nonce = pool.subarray(0, NONCE_BYTES);
    pool = pool.subarray(NONCE_BYTES);
    return nonce;
  };
}

/** @param nonce never used before with this key. */
export function sealValue(key: KeyObject, nonce: Buffer, place: Place, value: unknown): string {
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(placeBytes(place));
  const bytes = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()];
  return PREFIX + Buffer.concat(bytes).toString('base64url');
}

/** @throws when it was sealed under another key or for another place, or was changed. */
export function openValue(key: KeyObject, place: Place, sealed: string): unknown {
  const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(placeBytes(place)).setAuthTag(bytes.subarray(end));
  const clear = decipher.update(bytes.subarray(NONCE_BYTES, end), undefined, 'utf8') + decipher.final('utf8');
  return JSON.parse(clear);
}

/**
 * A copy of stored data in which each sealed value is what `open` makes of it. They are found by their form, not by a
 * schema: data of an older version may have them elsewhere than today's.
 */
export function openAll(
  data: unknown,
  open: (sealed: string, pointer: string) => unknown,
  pointer = '',
): unknown {
  if (typeof data === 'string') return data.startsWith(PREFIX) ? open(data, pointer) : data;
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item, index) => openAll(item, open, `${pointer}/${index}`));
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data))
    copy[name] = openAll(value, open, pointerTo(pointer, name));
  return copy;
}

/** Whether stored data holds a sealed value that only its subject's key can open. */
export function holdsSealed(data: unknown): boolean {
  if (typeof data === 'string') return data.startsWith(PREFIX) && data !== ERASED_VALUE;
  if (typeof data !== 'object' || data === null) return false;
  return Object.values(data).some(holdsSealed);
}

function placeBytes({ id, pointer }: Place): Buffer {
  return Buffer.from(id + pointer);
}
