// One document beside what it should be. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { PlainDocument } from '../../../shared-contracts/documents/read-model.ts';
import { asStored } from '../as-stored.ts';

/** How a document is not what its stream says. */
export type Difference = {
  readonly model: string;
  readonly id: string;
  /**
   * `missing`: it is not there. `too-many`: no stream knows of it. `behind`, `ahead`: of its stream. `different`: it has
   * taken in the same events, and says something else.
   */
  readonly kind: 'missing' | 'too-many' | 'behind' | 'ahead' | 'different';
  /** Fields that are not the same; their values may be personal and are not told. */
  readonly fields: readonly string[];
  readonly revision: number | null;
  readonly expectedRevision: number | null;
};

/** What may pass while events flow. */
export function mayPass({ kind }: Difference): boolean {
  return kind === 'missing' || kind === 'behind' || kind === 'ahead';
}

/** How a document differs from what its stream says; undefined where it does not, or where there is none and should be none. */
export function compare(
  model: string,
  id: string,
  found: PlainDocument | undefined,
  expected: PlainDocument | undefined,
): Difference | undefined {
  const [revision, expectedRevision] = [found?.revision ?? null, expected?.revision ?? null];
  const difference = (kind: Difference['kind'], fields: readonly string[] = []) => ({
    ...{ model, id, kind, fields },
    ...{ revision, expectedRevision },
  });
  if (found === undefined) return expected === undefined ? undefined : difference('missing');
  if (expected === undefined) return difference('too-many');
  if (found.revision !== expected.revision)
    return difference(found.revision < expected.revision ? 'behind' : 'ahead');
  const fields = differentFields(found, asStored(expected));
  return fields.length === 0 ? undefined : difference('different', fields);
}

function differentFields(one: PlainDocument, other: PlainDocument): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isDeepStrictEqual(one[name], other[name])).sort();
}
