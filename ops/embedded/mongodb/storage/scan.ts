import type { Collection, StoredRecord } from './collection.ts';
import { after, type KeyRange, RECORD_ID_BYTES, rangeOf, readRecordId, recordKey } from './keys.ts';
import type { Store, Table } from './store.ts';

const FIRST_CHUNK = 16;
const LARGEST_CHUNK = 512;

/**
 * Reads a range of keys in chunks that grow. Between chunks nothing is held but the last key, so a scan may rest for as long
 * as its reader likes and sees what was written meanwhile.
 */
function* chunks(
  table: () => Table,
  range: KeyRange,
  reverse: boolean,
  first = FIRST_CHUNK,
): Generator<{ key: Buffer; value: Buffer }[], void> {
  let { start, end } = range;
  if (Buffer.compare(start, end) >= 0) return;
  for (let size = Math.min(first, LARGEST_CHUNK); ; size = Math.min(size * 4, LARGEST_CHUNK)) {
    const chunk = Array.from(
      reverse
        ? table().getRange({
            start: end,
            end: start,
            reverse,
            exclusiveStart: true,
            inclusiveEnd: true,
            limit: size,
          })
        : table().getRange({ start, end, limit: size }),
    );
    const last = chunk.at(-1);
    if (last === undefined) return;
    yield chunk;
    if (chunk.length < size) return;
    if (reverse) end = last.key;
    else start = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

/** The documents of a collection in the order they were inserted, or backwards. */
export function* scanRecords(
  store: Store,
  collection: Collection,
  reverse = false,
): Generator<StoredRecord[], void> {
  for (const chunk of chunks(() => store.records, rangeOf(collection.id), reverse)) {
    yield chunk.map(({ key, value }) => ({ recordId: readRecordId(key, 4), bytes: value }));
  }
}

/**
 * The record ids that an index leads to, range by range, each in the order of the index or backwards.
 *
 * @param first how many to read at first, when the reader knows how many it wants
 */
export function* scanEntries(
  store: Store,
  ranges: readonly KeyRange[],
  reverse: boolean,
  first?: number,
): Generator<number[], void> {
  for (const chunk of entryChunks(store, ranges, reverse, first)) {
    yield chunk.map(({ value }) => readRecordId(value));
  }
}

/** Index entries as they are: the value is the record id. */
export type EntryChunk = readonly { readonly key: Buffer; readonly value: Buffer }[];

export function* entryChunks(
  store: Store,
  ranges: readonly KeyRange[],
  reverse: boolean,
  first?: number,
): Generator<EntryChunk, void> {
  const ordered = reverse ? ranges.toReversed() : ranges;
  for (const range of ordered) yield* chunks(() => store.entries, range, reverse, first);
}

/** Number of index entries in ranges, counted up to a limit, which is meant to be small. */
export function probeEntries(store: Store, ranges: readonly KeyRange[], limit: number): number {
  let count = 0;
  for (const { start, end } of ranges) {
    if (count >= limit) break;
    if (Buffer.compare(start, end) >= 0) continue;
    for (const _ of store.entries.getKeys({ start, end, limit: limit - count })) count += 1;
  }
  return count;
}

/** Entries that are counted without a pause. */
const COUNT_SLICE = 20_000;

/** Counts index entries, a slice at a time: each number that comes adds to those before. */
export function* countEntries(store: Store, ranges: readonly KeyRange[]): Generator<number, void> {
  for (const { start, end } of ranges) {
    for (let from: Buffer | undefined = start; from && Buffer.compare(from, end) < 0; ) {
      const [next]: Buffer[] = Array.from(
        store.entries.getKeys({ start: from, end, offset: COUNT_SLICE, limit: 1 }),
      );
      yield next ? COUNT_SLICE : store.entries.getKeysCount({ start: from, end });
      from = next;
    }
  }
}

export function readRecord(store: Store, collection: Collection, recordId: number): Buffer | undefined {
  return store.records.getBinary(recordKey(collection.id, recordId));
}

/** The highest record id in use, 0 when there is none. */
export function lastRecordId(store: Store, collectionId: number): number {
  const { start, end } = rangeOf(collectionId);
  for (const key of store.records.getKeys({ start: end, end: start, reverse: true, limit: 1 })) {
    return key.length === 4 + RECORD_ID_BYTES && Buffer.compare(key, after(start)) < 0
      ? readRecordId(key, 4)
      : 0;
  }
  return 0;
}
