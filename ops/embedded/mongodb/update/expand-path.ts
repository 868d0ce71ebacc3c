import { badValue } from '../errors.ts';
import type { Filter } from '../filter/match.ts';
import { matchedElement } from '../filter/positional.ts';
import { isIndex } from '../values/paths.ts';
import { type Doc, getField, isDoc } from '../values/value.ts';
import type { UpdateContext } from './change.ts';

/** The concrete paths that a path with `$`, `$[]` or `$[name]` stands for in a document. */
export function expandPath(
  doc: Doc,
  path: readonly string[],
  arrayFilters: ReadonlyMap<string, Filter>,
  context: UpdateContext,
): (readonly string[])[] {
  if (!path.some((part) => part.startsWith('$'))) return [path];
  let paths: string[][] = [[]];
  path.forEach((part) => {
    paths = paths.flatMap((done) => {
      if (!part.startsWith('$')) return [[...done, part]];
      return places(doc, done, part, arrayFilters, context).map((place) => [...done, String(place)]);
    });
  });
  return paths;
}

function places(
  doc: Doc,
  path: readonly string[],
  part: string,
  arrayFilters: ReadonlyMap<string, Filter>,
  context: UpdateContext,
): number[] {
  if (part === '$') {
    const place = matchedElement(doc, path, context.filter);
    if (place === undefined) {
      throw badValue('The positional operator did not find the match needed from the query.');
    }
    return [place];
  }
  const array = path.reduce<unknown>(step, doc);
  if (!Array.isArray(array)) {
    throw badValue(
      `The path '${path.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  const all = [...array.keys()];
  if (part === '$[]') return all;
  const name = /^\$\[(.+)\]$/.exec(part)?.[1];
  const filter = name === undefined ? undefined : arrayFilters.get(name);
  if (name === undefined || !filter) throw badValue(`The path part '${part}' is not valid in an update.`);
  return all.filter((place) => filter.test({ [name]: array[place] }));
}

function step(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return isIndex(part) ? value[Number(part)] : undefined;
  return isDoc(value) ? getField(value, part) : undefined;
}
