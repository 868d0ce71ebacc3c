import type { StoredRecord } from '../storage/collection.ts';
import { DocumentReader } from '../values/read.ts';
import { type Sort, sortKeys, sortNeeds } from './sort.ts';

/** Where the reading of one branch has come to. */
type Head = {
  readonly chunks: Iterator<StoredRecord[], void>;
  chunk: StoredRecord[];
  at: number;
  key: Buffer;
};

/** Puts branches that are each in order together, in the same order. */
export function* mergeSorted(
  branches: readonly Iterator<StoredRecord[], void>[],
  sort: Sort,
): Generator<StoredRecord[], void> {
  const reader = new DocumentReader({ fields: sortNeeds(sort) });
  const keyOf = sortKeys(sort);
  const heads: Head[] = branches.map((chunks) => ({ chunks, chunk: [], at: 0, key: Buffer.alloc(0) }));
  const open = new Set(heads);
  const behind = new Set(heads);
  while (open.size > 0) {
    for (const head of behind) {
      while (head.at >= head.chunk.length) {
        const next = head.chunks.next();
        if (next.done) {
          open.delete(head);
          break;
        }
        head.chunk = next.value;
        head.at = 0;
        yield [];
      }
      const record = head.chunk[head.at];
      if (record) head.key = keyOf(reader.read(record.bytes));
    }
    behind.clear();
    const first = least(open);
    const record = first?.chunk[first.at];
    if (!first || !record) continue;
    first.at += 1;
    behind.add(first);
    yield [record];
  }
}

function least(heads: ReadonlySet<Head>): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) if (!first || Buffer.compare(head.key, first.key) < 0) first = head;
  return first;
}
