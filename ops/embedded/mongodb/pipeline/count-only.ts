import { type Doc, isDoc } from '../values/value.ts';
import type { StageSpec } from './stage-spec.ts';

/**
 * For a stage that does nothing but count, as the driver's `countDocuments` asks for: what it makes of the count, so that
 * no document need be read. Undefined for any other stage.
 */
export function countOnly(stage: StageSpec | undefined): ((count: number) => Doc) | undefined {
  if (stage?.name !== '$group' || !isDoc(stage.argument)) return undefined;
  const { _id: id, ...fields } = stage.argument;
  const constant = id === null || typeof id === 'number' || (typeof id === 'string' && !id.startsWith('$'));
  const names = Object.keys(fields);
  if (!constant || !names.every((name) => countsOne(fields[name]))) return undefined;
  return (count) => ({ _id: id, ...Object.fromEntries(names.map((name) => [name, count])) });
}

function countsOne(accumulator: unknown): boolean {
  if (!isDoc(accumulator) || Object.keys(accumulator).length !== 1) return false;
  return accumulator.$sum === 1;
}
