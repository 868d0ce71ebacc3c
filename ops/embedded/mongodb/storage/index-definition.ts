import { CommandError } from '../errors.ts';
import { compileFilter, type Filter } from '../filter/match.ts';
import { EMPTY_ARRAY, KeyWriter } from '../values/key-writer.ts';
import { leafValues, type Path, someValue, splitPath } from '../values/paths.ts';
import type { Doc } from '../values/value.ts';
import { arrayRows } from './array-rows.ts';
import { MAX_KEY_BYTES, RECORD_ID_BYTES, recordIdBytes } from './keys.ts';

/** What an index is, as the catalog keeps it. */
export type IndexSpec = {
  readonly id: number;
  readonly name: string;
  /** Path → 1 or -1, in the order of the index. */
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilterExpression?: Doc;
  readonly expireAfterSeconds?: number;
};

const NONE: readonly string[] = [];

/** An index at work: makes the keys of a document. */
export class Index {
  readonly spec: IndexSpec;
  readonly paths: readonly Path[];
  readonly fields: readonly string[];
  /** Top-level fields that must be read to make the keys; undefined when all are needed. */
  readonly needs: ReadonlySet<string> | undefined;
  private readonly descending: readonly boolean[];
  private readonly partial: Filter | undefined;
  private readonly writer = new KeyWriter();
  private readonly several: Set<string>;

  /** @param multikeyFields fields for which some document ever had more than one value */
  constructor(spec: IndexSpec, multikeyFields: readonly string[]) {
    this.spec = spec;
    this.several = new Set(multikeyFields);
    this.fields = Object.keys(spec.key);
    this.paths = this.fields.map(splitPath);
    this.descending = Object.values(spec.key).map((direction) => direction === -1);
    this.partial = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression);
    const partialNeeds = this.partial ? this.partial.needs : new Set<string>();
    this.needs = partialNeeds && new Set([...this.paths.map((path) => path[0] ?? ''), ...partialNeeds]);
  }

  /** Fields for which some document ever had more than one value, an array: such a document may have several entries. */
  get multikeyFields(): ReadonlySet<string> {
    return this.several;
  }

  get multikey(): boolean {
    return this.several.size > 0;
  }

  /** @returns whether this was not known before */
  noteMultikey(fields: readonly string[]): boolean {
    const before = this.several.size;
    for (const field of fields) this.several.add(field);
    return this.several.size > before;
  }

  /**
   * The keys of a document's entries, each once, and which fields have several values in it.
   *
   * @throws CommandError when two arrays meet or a key is too long
   */
  keysOf(doc: Doc, recordId: number): { keys: Buffer[]; multikey: readonly string[] } {
    if (!this.holds(doc)) return { keys: [], multikey: NONE };
    const columns = this.paths.map((path) => leafValues(doc, path, EMPTY_ARRAY));
    const arrays = columns.filter((column) => column.multikey);
    const rows =
      arrays.length > 1
        ? arrayRows(doc, this.paths, EMPTY_ARRAY)
        : (arrays[0]?.values ?? [undefined]).map((value) =>
            columns.map((column) => (column.multikey ? value : column.values[0])),
          );
    const keys = rows.map((row) => this.key(row, recordId));
    return {
      keys: keys.length > 1 ? distinct(keys) : keys,
      multikey: arrays.length > 0 ? this.fields.filter((_, i) => columns[i]?.multikey) : NONE,
    };
  }

  /** The values of the document's first key that a message can show. */
  keyValue(doc: Doc): Doc {
    const shown: Doc = {};
    this.paths.forEach((path, i) => {
      const value = leafValues(doc, path, EMPTY_ARRAY).values[0];
      shown[this.fields[i] ?? ''] = value === undefined || typeof value === 'symbol' ? null : value;
    });
    return shown;
  }

  /** Whether a document has entries at all (sparse and partial indexes leave some out). */
  private holds(doc: Doc): boolean {
    if (this.partial && !this.partial.test(doc)) return false;
    return (
      !this.spec.sparse || this.paths.some((path) => someValue(doc, path, (value) => value !== undefined))
    );
  }

  private key(values: readonly unknown[], recordId: number): Buffer {
    this.writer.reset();
    this.writer.uint32(this.spec.id);
    values.forEach((value, i) => {
      this.writer.value(value, this.descending[i]);
    });
    if (!this.spec.unique) this.writer.raw(recordIdBytes(recordId));
    const key = this.writer.take();
    if (key.length > MAX_KEY_BYTES) {
      throw new CommandError(
        17280,
        `The index "${this.spec.name}" takes keys up to ${MAX_KEY_BYTES - 4 - RECORD_ID_BYTES} bytes, and a value of this document is longer. Leave the field out of the index, or shorten the value.`,
      );
    }
    return key;
  }
}

function distinct(keys: readonly Buffer[]): Buffer[] {
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()];
}
