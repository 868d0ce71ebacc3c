import { type KeyRange, readRecordId } from './keys.ts';
import { type EntryChunk, entryChunks } from './scan.ts';
import type { Store } from './store.ts';

/** Entries that are given on at a time, at least and at most. */
const CHUNK = { least: 16, most: 512 };

/** A part of an index whose keys all begin with `prefixBytes` bytes that do not count for the order. */
export type Stream = { readonly prefixBytes: number; readonly ranges: readonly KeyRange[] };

/** Where the reading of one part has come to. */
type Head = {
  readonly prefixBytes: number;
  readonly chunks: Iterator<EntryChunk, void>;
  chunk: EntryChunk;
  at: number;
  key: Buffer;
};

/**
 * The record ids in several parts of an index, read side by side: in the order of what follows the prefix of each part, or
 * backwards. So a list of values in an `$in` keeps the order of the fields after it.
 *
 * @param first how many to give on at first, when the reader knows how many it wants
 */
export function* mergeEntries(
  store: Store,
  streams: readonly Stream[],
  reverse: boolean,
  first = CHUNK.least,
): Generator<number[], void> {
  let size = Math.min(first, CHUNK.most);
  const heads = streams
    .map(({ prefixBytes, ranges }): Head => {
      const chunks = entryChunks(store, ranges, reverse);
      return { prefixBytes, chunks, chunk: [], at: -1, key: NO_KEY };
    })
    .filter(advance);
  let ids: number[] = [];
  while (heads.length > 0) {
    const next = heads.reduce((best, head) => {
      const order = Buffer.compare(head.key, best.key);
      return (reverse ? order > 0 : order < 0) ? head : best;
    });
    const entry = next.chunk[next.at];
    if (entry) ids.push(readRecordId(entry.value));
    if (!advance(next)) heads.splice(heads.indexOf(next), 1);
    if (ids.length < size) continue;
    yield ids;
    size = Math.min(size * 4, CHUNK.most);
    ids = [];
  }
  yield ids;
}

const NO_KEY = Buffer.alloc(0);

/** Goes on to the next entry of a part. @returns false when there is none */
function advance(head: Head): boolean {
  head.at += 1;
  while (head.at >= head.chunk.length) {
    const next = head.chunks.next();
    if (next.done) return false;
    head.chunk = next.value;
    head.at = 0;
  }
  head.key = head.chunk[head.at]?.key.subarray(head.prefixBytes) ?? NO_KEY;
  return true;
}
