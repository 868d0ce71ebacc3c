// What MongoDB answers that is no failure here, by the codes of its errors.
import { MongoServerError } from 'mongodb';

const NAMESPACE_NOT_FOUND = 26;
const NAMESPACE_EXISTS = 48;
export const DUPLICATE_KEY = 11000;

/** There is such a document already. */
export function isDuplicateKey(error: unknown): boolean {
  return hasCode(error, DUPLICATE_KEY);
}

/** There is such a collection already. */
export function isNamespaceThere(error: unknown): boolean {
  return hasCode(error, NAMESPACE_EXISTS);
}

/** There is no such collection any more. */
export function isNamespaceGone(error: unknown): boolean {
  return hasCode(error, NAMESPACE_NOT_FOUND);
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}
