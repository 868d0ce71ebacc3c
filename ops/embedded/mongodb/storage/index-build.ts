import type { Catalog } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { Index, IndexSpec } from './index-definition.ts';
import { scanRecords } from './scan.ts';
import type { Store } from './store.ts';

/** Documents that go into an index in one transaction, about. */
const SLICE = 2000;

/**
 * Builds an index over what a collection holds, a slice at a time so that other work goes on; writes to this collection have
 * to wait meanwhile. The index counts only when it is complete: what a failure or a crash leaves behind is garbage.
 *
 * @throws CommandError E11000 when the index is unique and the documents are not.
 */
export async function buildIndex(
  store: Store,
  catalog: Catalog,
  collection: Collection,
  spec: Omit<IndexSpec, 'id'>,
): Promise<Index> {
  const index = await store.write(() => catalog.newIndex(spec));
  const chunks = scanRecords(store, collection);
  for (let done = false; !done; ) {
    await store.write(() => {
      for (let added = 0; added < SLICE; ) {
        const chunk = chunks.next();
        if (chunk.done) {
          done = true;
          return;
        }
        for (const record of chunk.value) collection.addEntries(index, record);
        added += chunk.value.length;
      }
    });
  }
  await store.write(() => {
    if (!collection.dropped) catalog.setIndexes(collection, [...collection.indexes, index]);
  });
  return index;
}
