import { createHmac, hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SettingError } from './setting-error.ts';

/** What a key is for; keys for different purposes tell nothing about each other. */
export type KeyPurpose =
  | 'tracking-links'
  | 'cookies'
  | 'subject-keys'
  | 'addresses'
  | 'sessions'
  | 'temporary-passwords';

export type Secrets = {
  /** 32 bytes, the same at every start and in every instance with the same master key. */
  key(purpose: KeyPurpose): Uint8Array;
};

/**
 * Reads the master key (32 bytes, base64) that all other keys are derived from.
 *
 * @throws SettingError when the file is missing or does not hold such a key.
 */
export async function loadSecrets(masterKeyFile: string): Promise<Secrets> {
  const text = await readFile(masterKeyFile, 'utf8').catch((error: Error) => {
    throw new SettingError('DESKSTREAM_MASTER_KEY_FILE', `the file cannot be read (${error.message})`);
  });
  const master = Buffer.from(text.trim(), 'base64');
  if (master.length !== 32) {
    throw new SettingError(
      'DESKSTREAM_MASTER_KEY_FILE',
      'the file must hold 32 random bytes as base64, for example from `openssl rand -base64 32`',
    );
  }
  return {
    key: (purpose) => deriveKey(master, purpose),
  };
}

/** Derives a key of 32 bytes for one purpose (HKDF, RFC 5869), so that no two purposes ever share a key. */
export function deriveKey(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `deskstream ${purpose}`, 32));
}

/** An unguessable token for something that has an id: 192 bits of HMAC-SHA-256, base64url. */
export function tokenFor(key: Uint8Array, id: string): string {
  return createHmac('sha256', key).update(id).digest().subarray(0, 24).toString('base64url');
}
