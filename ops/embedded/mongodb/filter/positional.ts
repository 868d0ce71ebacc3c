import { type Doc, getField, isDoc, setField } from '../values/value.ts';
import type { Filter } from './match.ts';

/**
 * The place of the array element by which a document matched a filter: the first element that alone, in place of the whole
 * array, still makes the document match. None when the filter asks nothing of the elements.
 */
export function matchedElement(doc: Doc, path: readonly string[], filter: Filter): number | undefined {
  const array = path.reduce<unknown>(
    (value, part) => (isDoc(value) ? getField(value, part) : undefined),
    doc,
  );
  if (!Array.isArray(array)) return undefined;
  if (filter.test(withValue(doc, path, []))) return undefined;
  const found = array.findIndex((element) => filter.test(withValue(doc, path, [element])));
  return found < 0 ? undefined : found;
}

function withValue(doc: Doc, path: readonly string[], value: unknown): Doc {
  const [part = '', ...rest] = path;
  const copy = { ...doc };
  const inner = getField(doc, part);
  setField(copy, part, rest.length === 0 ? value : withValue(isDoc(inner) ? inner : {}, rest, value));
  return copy;
}
