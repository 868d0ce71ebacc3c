import { CommandError } from '../errors.ts';
import { isIndex, type Path } from '../values/paths.ts';
import { type Doc, getField, isDoc } from '../values/value.ts';

/** A column of an index on its way down a document: what is reached, and the path that is left. */
type Column = { readonly at: unknown; readonly rest: Path; readonly reached: boolean };

/**
 * The rows of a compound index whose paths lead through one array: a row for each element, with what the paths reach in it.
 *
 * @param empty stands for an array without elements
 * @throws CommandError 171 when the paths lead through different arrays
 */
export function arrayRows(doc: Doc, paths: readonly Path[], empty: symbol): unknown[][] {
  return rowsOf(
    paths.map((path) => ({ at: doc, rest: path, reached: false })),
    empty,
  );
}

function rowsOf(columns: readonly Column[], empty: symbol): unknown[][] {
  const walked = columns.map(walk);
  const open = walked.filter(({ reached }) => !reached);
  const arrays = new Set(open.map(({ at }) => at).filter((at) => Array.isArray(at)));
  const [array, ...others] = arrays;
  if (array === undefined) return [walked.map(({ at }) => at)];
  const numbered = open.some(({ at, rest: [part] }) => at === array && part !== undefined && isIndex(part));
  if (others.length > 0 || numbered) throw new CommandError(171, 'cannot index parallel arrays');
  const elements: readonly unknown[] = array.length === 0 ? [empty] : array;
  return elements.flatMap((element) => {
    const inside = walked.map((column) =>
      !column.reached && column.at === array ? into(element, column.rest) : column,
    );
    return rowsOf(inside, empty);
  });
}

/** Goes down to the first array, or to the end of the path. */
function walk(column: Column): Column {
  if (column.reached) return column;
  let { at, rest } = column;
  while (!Array.isArray(at) && rest.length > 0) {
    const [part = ''] = rest;
    at = isDoc(at) ? getField(at, part) : undefined;
    rest = rest.slice(1);
  }
  return { at, rest, reached: !Array.isArray(at) };
}

/** Goes into an element; one that is itself an array is a value. */
function into(element: unknown, rest: Path): Column {
  if (rest.length === 0) return { at: element, rest, reached: true };
  return { at: isDoc(element) ? element : undefined, rest, reached: false };
}
