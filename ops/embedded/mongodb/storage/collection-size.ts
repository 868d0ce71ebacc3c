import { prefix } from './keys.ts';
import type { Table } from './store.ts';

/** How many documents a collection has, and the sum of their sizes in bytes. */
export type CollectionSize = { readonly count: number; readonly bytes: number };

/** Keys of the table `meta` that begin with it hold sizes. */
const SIZE = 1;

export function sizeKey(collectionId: number): Buffer {
  return Buffer.concat([Buffer.of(SIZE), prefix(collectionId)]);
}

/** The size as of the last commit, or within a transaction as of that: what goes with the documents that a read finds. */
export function readSize(meta: Table, collectionId: number): CollectionSize {
  const size = meta.getBinary(sizeKey(collectionId));
  return { count: size?.readDoubleBE(0) ?? 0, bytes: size?.readDoubleBE(8) ?? 0 };
}

/** Within a transaction. */
export function writeSize(meta: Table, collectionId: number, { count, bytes }: CollectionSize): void {
  const size = Buffer.alloc(16);
  size.writeDoubleBE(count, 0);
  size.writeDoubleBE(bytes, 8);
  meta.put(sizeKey(collectionId), size);
}
