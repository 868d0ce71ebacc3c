// The collections of the versions of read models.
import { Binary, type Db } from 'mongodb';
import type { AnyView } from '../../views/view.ts';
import { isNamespaceThere } from '../mongo-errors.ts';

/** Every collection by its name, with the id that the server gave it when it was made. */
export async function readCollectionIds(db: Db): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for await (const { name, info } of db.listCollections({}, { nameOnly: false })) {
    const uuid: unknown = info?.uuid;
    ids.set(name, uuid instanceof Binary ? uuid.toString('hex') : String(uuid));
  }
  return ids;
}

/** Makes a collection with the indexes of its read model; harmless where it is there already. */
export async function makeCollection(db: Db, name: string, { model }: AnyView): Promise<void> {
  try {
    await db.createCollection(name);
  } catch (error) {
    if (!isNamespaceThere(error)) throw error;
  }
  for (const { keys, options } of model.indexes) await db.collection(name).createIndex(keys, options);
}

/** A name for the next version that nothing has had which is still there. */
export function nextVersion(model: string, names: Iterable<string>): string {
  let last = 0;
  for (const name of names) {
    const [, of, number] = /^(.+)_v(\d+)(?:_cursors)?$/.exec(name) ?? [];
    if (of === model) last = Math.max(last, Number(number));
  }
  return `${model}_v${last + 1}`;
}
