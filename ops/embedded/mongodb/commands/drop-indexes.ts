import { CommandError } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import type { Index } from '../storage/index-definition.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { type Handler, onlyFields, requiredCollection } from './command.ts';

export const dropIndexes: Handler = async (call) => {
  onlyFields(call, 'index');
  const { node } = call;
  const collection = requiredCollection(call);
  await collection.building;
  const nIndexesWas = collection.indexes.length;
  await node.store.write(() => {
    const gone = chosen(collection, call.body.index);
    node.catalog.setIndexes(
      collection,
      collection.indexes.filter((index) => !gone.includes(index)),
    );
  });
  node.cursors.killWhere((cursor) => cursor.namespace === collection.namespace);
  void node.sweep();
  return call.body.index === '*'
    ? { nIndexesWas, msg: 'non-_id indexes dropped for collection' }
    : { nIndexesWas };
};

/** The indexes that a drop names: all, by name, by names or by key pattern. */
function chosen(collection: Collection, wanted: unknown): Index[] {
  const [, ...others] = collection.indexes;
  if (wanted === '*') return others;
  if (Array.isArray(wanted)) return wanted.flatMap((name) => chosen(collection, name));
  const found = collection.indexes.find(({ spec }) =>
    isDoc(wanted) ? samePattern(spec.key, wanted) : spec.name === wanted,
  );
  if (!found) {
    throw new CommandError(
      27,
      isDoc(wanted) ? "can't find index with that key" : `index not found with name [${String(wanted)}]`,
    );
  }
  if (found.spec.name === '_id_') throw new CommandError(72, 'cannot drop _id index');
  return [found];
}

const samePattern = (key: Readonly<Record<string, 1 | -1>>, pattern: Doc): boolean =>
  JSON.stringify(Object.entries(key)) ===
  JSON.stringify(Object.entries(pattern).map(([field, value]) => [field, Number(value)]));
