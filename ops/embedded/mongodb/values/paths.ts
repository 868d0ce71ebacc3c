import { getField, isDoc } from './value.ts';

/** A dotted path, split. */
export type Path = readonly string[];

export const splitPath = (path: string): Path => path.split('.');

export const isIndex = (part: string): boolean => /^(0|[1-9]\d{0,8})$/.test(part);

/**
 * Looks at every value that a path leads to, through arrays as MongoDB's queries do: an array stands for its elements, and
 * a number in the path also for the place in it. A field that is missing is looked at as undefined.
 *
 * @returns whether a look returned true; the rest is not looked at then.
 */
export function someValue(root: unknown, path: Path, look: (value: unknown) => boolean, from = 0): boolean {
  const part = path[from];
  if (part === undefined) return look(root);
  if (Array.isArray(root)) {
    if (isIndex(part) && Number(part) < root.length && someValue(root[Number(part)], path, look, from + 1)) {
      return true;
    }
    for (const element of root) if (isDoc(element) && someValue(element, path, look, from)) return true;
    return false;
  }
  if (!isDoc(root)) return look(undefined);
  return someValue(getField(root, part), path, look, from + 1);
}

/** The values that a path leads to for index keys and sorting: elements instead of their array. */
export function leafValues(
  root: unknown,
  path: Path,
  empty: symbol,
): { values: unknown[]; multikey: boolean } {
  const values: unknown[] = [];
  let multikey = false;
  someValue(root, path, (value) => {
    if (!Array.isArray(value)) values.push(value);
    else {
      multikey = true;
      if (value.length === 0) values.push(empty);
      else values.push(...value);
    }
    return false;
  });
  if (values.length !== 1) multikey = true;
  if (values.length === 0) values.push(empty);
  return { values, multikey };
}
