// A token as text: `dsk_`, then the id of who made it (16 bytes) and the secret (32 bytes) as base64url. So it finds its stream
// by itself, and tools that look for leaked secrets know it by its beginning.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { parse, validate } from 'uuid';

const PREFIX = 'dsk_';
const TEXT = /^dsk_([A-Za-z0-9_-]{64})$/;
const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** A token that nobody had before. The text is for who asked for it, once; the hash is what is kept. */
export function newToken(employeeId: string): { readonly text: string; readonly secretHash: string } {
  const secret = randomBytes(SECRET_BYTES);
  const text = PREFIX + Buffer.concat([parse(employeeId), secret]).toString('base64url');
  return { text, secretHash: hashOf(secret) };
}

/** What a text says; undefined where it is no token. */
export function readToken(
  text: string,
): { readonly employeeId: string; readonly secretHash: string } | undefined {
  const [, encoded] = TEXT.exec(text) ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64url');
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  const employeeId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return validate(employeeId) ? { employeeId, secretHash: hashOf(bytes.subarray(ID_BYTES)) } : undefined;
}

/** Compares in a time that tells nothing about how much is alike. */
export function sameHash(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hashOf(secret: Uint8Array): string {
  return createHash('sha256').update(secret).digest('base64url');
}
