import { badValue, CommandError } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import { buildIndex } from '../storage/index-build.ts';
import type { Index } from '../storage/index-definition.ts';
import { type Call, collectionName, type Handler, onlyFields, requiredArray } from './command.ts';
import { describeIndex, parseIndex, sameIndex, type WantedIndex } from './index-options.ts';

export const createIndexes: Handler = async (call) => {
  onlyFields(call, 'indexes', 'commitQuorum', 'ignoreUnknownIndexOptions');
  if (call.body.commitQuorum !== undefined) throw badValue("Standalones can't specify commitQuorum");
  const wanted = requiredArray(call.body, 'indexes').map(parseIndex);
  if (wanted.length === 0) throw badValue('Must specify at least one index to create');
  const name = collectionName(call);
  const { node, database } = call;
  const createdCollectionAutomatically = node.catalog.find(database, name) === undefined;
  const collection = await node.store.write(() => node.catalog.findOrCreate(database, name));
  const numIndexesBefore = collection.indexes.length;
  for (const index of wanted) await addIndex(call, collection, index);
  const numIndexesAfter = collection.indexes.length;
  const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
  return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ...note };
};

/** One index is built at a time on a collection. */
async function addIndex(call: Call, collection: Collection, wanted: WantedIndex): Promise<void> {
  while (collection.building) await collection.building.catch(() => undefined);
  if (isThere(collection.indexes, wanted)) return;
  const building = buildIndex(call.node.store, call.node.catalog, collection, wanted);
  collection.building = building.catch(() => undefined);
  try {
    await building;
  } catch (error) {
    void call.node.sweep();
    throw error;
  } finally {
    collection.building = undefined;
  }
}

/** @throws CommandError when another index has the name, or the same index has another one. */
function isThere(indexes: readonly Index[], wanted: WantedIndex): boolean {
  for (const { spec } of indexes) {
    const same = sameIndex(spec, wanted);
    if (same && spec.name === wanted.name) return true;
    if (spec.name === wanted.name) {
      const code = JSON.stringify(spec.key) === JSON.stringify(wanted.key) ? 85 : 86;
      throw new CommandError(
        code,
        `An existing index has the same name as the requested index. Requested index: ${describeIndex(wanted)}, existing index: ${describeIndex(spec)}`,
      );
    }
    if (same) throw new CommandError(85, `Index already exists with a different name: ${spec.name}`);
  }
  return false;
}
