import { Long } from 'bson';
import { typeMismatch } from '../errors.ts';

/** A cursor's id as a client sends it. */
export function cursorId(value: unknown): Long {
  if (value instanceof Long) return value;
  if (typeof value === 'number') return Long.fromNumber(value);
  throw typeMismatch('A cursor id must be a long.');
}
