import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { CodedError } from '../../errors/coded-error.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** The master key is not the one under which the keys in the store were wrapped. Nothing is wrong with a message. */
class WrongMasterKey extends CodedError {
  constructor(subject: string, options: ErrorOptions) {
    super(
      'wrong-master-key',
      `The key of subject ${subject} cannot be unwrapped: DESKSTREAM_MASTER_KEY_FILE is not the file under which it was made. Put the right file back.`,
      options,
    );
  }
}

/**
 * Encrypts a subject's key for the store: nonce, ciphertext and tag of AES-256-GCM, bound to the subject, as base64url.
 *
 * @param random 12 bytes for the nonce, then 32 for the key.
 */
export function wrapKey(wrapping: KeyObject, subject: string, random: Buffer): WrappedKey {
  const nonce = random.subarray(0, NONCE_BYTES);
  const key = random.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES);
  const cipher = createCipheriv(CIPHER, wrapping, nonce).setAAD(Buffer.from(subject));
  const bytes = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  return { key: createSecretKey(key), wrapped: bytes.toString('base64url') };
}

/** A subject's key, for use and for the store. */
export type WrappedKey = { readonly key: KeyObject; readonly wrapped: string };

/** @throws WrongMasterKey when it was wrapped under another key or for another subject. */
export function unwrapKey(wrapping: KeyObject, subject: string, wrapped: string): KeyObject {
  const bytes = Buffer.from(wrapped, 'base64url');
  const end = bytes.length - TAG_BYTES;
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, wrapping, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(subject)).setAuthTag(bytes.subarray(end));
    return createSecretKey(
      Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]),
    );
  } catch (cause) {
    throw new WrongMasterKey(subject, { cause });
  }
}
