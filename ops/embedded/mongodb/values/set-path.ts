import { CommandError } from '../errors.ts';
import { isIndex } from './paths.ts';
import { type Doc, getField, isDoc, setField } from './value.ts';

/** Furthest beyond its end that an update may extend an array. */
const MAX_PADDING = 100_000;

/**
 * Changes the value at a path, making documents on the way. The change gets undefined when there is no value yet; when it
 * gives back undefined, the field is removed (in an array: set to null).
 *
 * @throws CommandError PathNotViable when the way leads through something that is not a document or array.
 */
export function setPath(
  doc: Doc,
  path: readonly string[],
  change: (old: unknown) => unknown,
  create = true,
): void {
  let container: Doc | unknown[] = doc;
  for (const part of path.slice(0, -1)) {
    let next: unknown = read(container, part);
    if (next === undefined) {
      if (!create) return;
      next = {};
      write(container, part, next, path);
    }
    if (!isDoc(next) && !Array.isArray(next)) {
      if (!create) return;
      throw notViable(path, part);
    }
    container = next;
  }
  const last = path.at(-1) ?? '';
  const old = read(container, last);
  const value = change(old);
  if (value === old) return;
  if (value !== undefined) write(container, last, value, path);
  else if (Array.isArray(container)) container[Number(last)] = null;
  else delete container[last];
}

function read(container: Doc | unknown[], part: string): unknown {
  if (Array.isArray(container)) return isIndex(part) ? container[Number(part)] : undefined;
  return getField(container, part);
}

function write(container: Doc | unknown[], part: string, value: unknown, path: readonly string[]): void {
  if (!Array.isArray(container)) {
    setField(container, part, value);
    return;
  }
  if (!isIndex(part)) throw notViable(path, part);
  const at = Number(part);
  if (at > container.length + MAX_PADDING) throw notViable(path, part);
  while (container.length < at) container.push(null);
  container[at] = value;
}

const notViable = (path: readonly string[], part: string): CommandError =>
  new CommandError(
    28,
    `Cannot create field '${path.at(-1)}' on the path '${path.join('.')}': '${part}' is in the way.`,
  );
