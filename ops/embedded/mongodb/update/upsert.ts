import { CommandError } from '../errors.ts';
import { equalValues } from '../values/order.ts';
import { isRegex } from '../values/regex.ts';
import { setPath } from '../values/set-path.ts';
import { type Doc, getField, isDoc } from '../values/value.ts';

/** The fields that a filter fixes to one value: what an upsert begins its document with. */
export function equalities(filter: Doc): Doc {
  const doc: Doc = {};
  for (const [path, value] of fixed(filter)) {
    const parts = path.split('.');
    const known = parts.reduce<unknown>(
      (inner, part) => (isDoc(inner) ? getField(inner, part) : undefined),
      doc,
    );
    if (known !== undefined && !equalValues(known, value)) {
      throw new CommandError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    }
    setPath(doc, parts, () => value);
  }
  return doc;
}

function fixed(filter: Doc): [string, unknown][] {
  return Object.entries(filter).flatMap(([key, value]): [string, unknown][] => {
    if (key === '$and' && Array.isArray(value)) return value.filter(isDoc).flatMap(fixed);
    if (key === '$or' && Array.isArray(value) && value.length === 1)
      return value.filter(isDoc).flatMap(fixed);
    if (key.startsWith('$') || isRegex(value)) return [];
    if (!isDoc(value) || !Object.keys(value)[0]?.startsWith('$')) return [[key, value]];
    if ('$eq' in value) return [[key, value.$eq]];
    for (const list of [value.$in, value.$all]) {
      if (Array.isArray(list) && list.length === 1 && !isRegex(list[0]) && !isDoc(list[0]))
        return [[key, list[0]]];
    }
    return [];
  });
}
