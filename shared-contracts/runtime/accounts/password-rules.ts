import { createHmac } from 'node:crypto';

export const PASSWORD_LENGTH = { least: 10, most: 200 } as const;

/** Milliseconds that a temporary password opens anything. */
const TEMPORARY_MS = 72 * 3_600_000;

/** Letters and digits that are not taken for one another when they are read out or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** What is wrong with a password of somebody's own choice, as a sentence; undefined for one that may be used. */
export function problemWith(password: string, owner: { name: string; email: string }): string | undefined {
  const { least, most } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < least) return `Take at least ${least} characters; this has ${length}.`;
  if (length > most) return `Take at most ${most} characters; this has ${length}.`;
  if (new Set(password).size < 4) return 'Take one with more than a few different characters.';
  const plain = password.toLowerCase();
  const known = [owner.email.toLowerCase(), owner.name.toLowerCase()];
  if (known.includes(plain)) return 'Take one that is not your name or address.';
  return undefined;
}

/**
 * A temporary password of 19 characters (80 bits). The same command gives the same one, so that a form that is sent twice
 * shows the password that was set; who has no key cannot work it out.
 */
export function temporaryPassword(key: Uint8Array, commandId: string): string {
  const bytes = createHmac('sha256', key).update(commandId).digest();
  const letters = Array.from({ length: 16 }, (_, index) => {
    const pair = bytes.readUInt16BE(index * 2);
    return LETTERS[pair % LETTERS.length];
  });
  return [0, 4, 8, 12].map((at) => letters.slice(at, at + 4).join('')).join('-');
}

/** Until when a temporary password that is set now opens anything. */
export function temporaryUntil(now: Date): string {
  return new Date(now.getTime() + TEMPORARY_MS).toISOString();
}
