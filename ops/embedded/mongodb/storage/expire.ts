import { TYPE } from '../values/key-writer.ts';
import { encodeValue } from '../values/order.ts';
import type { Catalog } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { Index } from './index-definition.ts';
import { after, prefix } from './keys.ts';
import { readRecord, scanEntries } from './scan.ts';
import type { Store } from './store.ts';

/** Documents that are removed in one transaction, about. */
const SLICE = 1000;

/** Removes the documents whose time is over, as TTL indexes say. Documents without a date in the field stay. */
export async function removeExpired(
  store: Store,
  catalog: Catalog,
  now: number,
  stopped: () => boolean,
): Promise<void> {
  for (const collection of catalog.allCollections()) {
    for (const index of collection.indexes) {
      if (index.spec.expireAfterSeconds === undefined) continue;
      const before = new Date(now - index.spec.expireAfterSeconds * 1000);
      while (!stopped() && !collection.dropped && (await removeSlice(store, collection, index, before))) {
        // one more slice
      }
    }
  }
}

/** @returns whether there may be more */
async function removeSlice(
  store: Store,
  collection: Collection,
  index: Index,
  before: Date,
): Promise<boolean> {
  await collection.building;
  return store.write(() => {
    if (collection.dropped) return false;
    let removed = 0;
    for (const recordIds of scanEntries(store, [expiredRange(index, before)], false)) {
      for (const recordId of new Set(recordIds)) {
        const bytes = readRecord(store, collection, recordId);
        if (!bytes) continue;
        collection.remove({ recordId, bytes });
        removed += 1;
      }
      if (removed >= SLICE) return true;
    }
    return false;
  });
}

function expiredRange(index: Index, before: Date): { start: Buffer; end: Buffer } {
  const ascending = Object.values(index.spec.key)[0] === 1;
  const dates = Buffer.of(TYPE.date);
  const last = encodeValue(before);
  const invert = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => ~byte & 0xff));
  const [low, high] = ascending ? [dates, last] : [invert(last), invert(dates)];
  const id = prefix(index.spec.id);
  return { start: Buffer.concat([id, low]), end: after(Buffer.concat([id, high])) };
}
