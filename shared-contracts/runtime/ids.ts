import { parse, v5 } from 'uuid';

/** Namespace of every deterministic id of this product; changing it would make every repeated step a new one. */
const NAMESPACE = parse('b5b2b3a5-6a2e-4f0e-8d5b-0a9d6d1f4c77');

/** A UUID v5 of what caused something: the same parts give the same id, so that a repeated step is the same step. */
export function deterministicId(...parts: readonly (string | number)[]): string {
  return v5(Buffer.from(parts.join('/')), NAMESPACE);
}
