import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export type PasswordHash = { readonly salt: string; readonly hash: string };

const derive = promisify(pbkdf2);
const ITERATIONS = 100_000;
const SIZE = 32;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return {
    salt: salt.toString('base64'),
    hash: (await hashed(password, salt)).toString('base64'),
  };
}

export async function fitsPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(hash, 'base64');
  const given = await hashed(password, Buffer.from(salt, 'base64'));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function hashed(password: string, salt: Buffer): Promise<Buffer> {
  return derive(password, salt, ITERATIONS, SIZE, 'sha256');
}
