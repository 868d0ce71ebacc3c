import type { Catalog, Garbage } from './catalog.ts';
import { rangeOf } from './keys.ts';
import type { Store } from './store.ts';

/** Keys that are freed in one transaction. */
const SLICE = 5000;

/** Frees the space of dropped collections and indexes, a slice at a time, until there is none left or `stopped` says so. */
export async function sweep(store: Store, catalog: Catalog, stopped: () => boolean): Promise<void> {
  for (const garbage of catalog.garbage()) {
    while (!stopped() && (await sweepSlice(store, catalog, garbage))) {
      // one more slice
    }
  }
}

/** @returns whether there is more */
async function sweepSlice(store: Store, catalog: Catalog, garbage: Garbage): Promise<boolean> {
  return store.write(() => {
    const table = garbage.table === 'records' ? store.records : store.entries;
    const keys = [...table.getKeys({ ...rangeOf(garbage.id), limit: SLICE })];
    for (const key of keys) table.remove(key);
    if (keys.length === SLICE) return true;
    catalog.swept(garbage);
    return false;
  });
}
