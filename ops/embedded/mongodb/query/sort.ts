import { badValue, CommandError, notImplemented } from '../errors.ts';
import { EMPTY_ARRAY, KeyWriter } from '../values/key-writer.ts';
import { compareValues } from '../values/order.ts';
import { leafValues, type Path, splitPath } from '../values/paths.ts';
import { type Doc, isDoc, numberOf } from '../values/value.ts';

/** Most memory, in bytes, that one blocking sort or group may hold, as in MongoDB. */
export const MEMORY_LIMIT = 100 * 1024 * 1024;

/** An order that was asked for: paths with directions. */
export type Sort = readonly { readonly field: string; readonly path: Path; readonly descending: boolean }[];

export function parseSort(spec: unknown): Sort | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isDoc(spec)) throw new CommandError(14, "BSON field 'sort' is the wrong type, expected type 'object'");
  const sort = Object.entries(spec).map(([field, direction]) => {
    if (isDoc(direction)) throw notImplemented('Sorting by $meta');
    const order = numberOf(direction);
    if (order !== 1 && order !== -1) {
      throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    if (field === '' || field.startsWith('$')) throw badValue(`A sort cannot name the field '${field}'.`);
    return { field, path: splitPath(field), descending: order === -1 };
  });
  return sort.length === 0 ? undefined : sort;
}

/** Top-level fields that a sort reads. */
export const sortNeeds = (sort: Sort): ReadonlySet<string> => new Set(sort.map(({ path }) => path[0] ?? ''));

/** Makes the bytes by whose order documents are sorted: of an array, the least element, or the greatest when descending. */
export function sortKeys(sort: Sort): (doc: Doc) => Buffer {
  const writer = new KeyWriter();
  return (doc) => {
    writer.reset();
    for (const { path, descending } of sort) {
      const { values } = leafValues(doc, path, EMPTY_ARRAY);
      const chosen =
        values.length === 1
          ? values[0]
          : values.reduce((best, value) =>
              compareValues(value, best) < 0 === descending || compareValues(value, best) === 0
                ? best
                : value,
            );
      writer.value(chosen, descending);
    }
    return writer.take();
  };
}

type Entry<T> = { readonly key: Buffer; readonly ordinal: number; readonly item: T; readonly bytes: number };

const byKey = (a: Entry<unknown>, b: Entry<unknown>): number =>
  Buffer.compare(a.key, b.key) || a.ordinal - b.ordinal;

/** Collects items and gives them back in order; with a limit it keeps no more than about twice as many. */
export class Sorter<T> {
  private entries: Entry<T>[] = [];
  private ordinal = 0;
  private bytes = 0;
  private readonly limit: number;

  /** @param limit how many items will be asked for; `Infinity` for all */
  constructor(limit: number) {
    this.limit = limit;
  }

  add(key: Buffer, item: T, bytes: number): void {
    this.entries.push({ key, ordinal: this.ordinal++, item, bytes });
    this.bytes += bytes + key.length;
    if (this.entries.length > this.limit * 2 + 1000) this.prune();
    if (this.bytes > MEMORY_LIMIT) {
      this.prune();
      if (this.bytes > MEMORY_LIMIT) throw outOfMemory('Sort');
    }
  }

  finish(): T[] {
    return this.entries
      .sort(byKey)
      .slice(0, this.limit)
      .map(({ item }) => item);
  }

  private prune(): void {
    if (this.entries.length <= this.limit) return;
    this.entries.sort(byKey);
    this.entries.length = this.limit;
    this.bytes = this.entries.reduce((sum, { key, bytes }) => sum + key.length + bytes, 0);
  }
}

export const outOfMemory = (what: string): CommandError =>
  new CommandError(
    292,
    `${what} exceeded memory limit of ${MEMORY_LIMIT} bytes. The embedded node does not spill to disk: use an index, a limit or a narrower filter.`,
  );
