import { createSecretKey, randomBytes } from 'node:crypto';
import type { SubjectKey, SubjectKeys } from '../subject-keys.ts';

/** Keys for tests that need no store. */
export function keysInMemory(): SubjectKeys & {
  erase(subject: string): void;
  /** Subjects whose keys somebody had to wait for, in that order. */
  readonly fetched: readonly string[];
} {
  const keys = new Map<string, SubjectKey>();
  const known = new Set<string>();
  const fetched: string[] = [];
  const fetch = async (subject: string, otherwise: () => SubjectKey) => {
    fetched.push(subject);
    const key = keys.get(subject) ?? otherwise();
    keys.set(subject, key);
    known.add(subject);
    return key;
  };
  return {
    known: (subject) => (known.has(subject) ? keys.get(subject) : undefined),
    toOpen: (subject) => fetch(subject, () => 'erased'),
    toSeal: (subject) => fetch(subject, () => createSecretKey(randomBytes(32))),
    forget: () => known.clear(),
    check: async () => undefined,
    erase: (subject) => void keys.set(subject, 'erased'),
    fetched,
  };
}
