// Registry, collections and indexes are as they should be, whoever drops them: looked after by every instance.
import { PersistentSubscriptionDoesNotExistError } from '@eventstore/db-client';
import type { Db } from 'mongodb';
import {
  collectionName,
  cursorsOf,
  REGISTRY,
  type ReadModelEntry,
} from '../../../shared-contracts/documents/read-model.ts';
import { EVERY_READ_MODEL } from '../../../shared-contracts/messages/control-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { requestOperation } from '../../../shared-contracts/runtime/operations/control-stream.ts';
import type { AnyView } from '../../views/view.ts';
import { isDuplicateKey } from '../mongo-errors.ts';
import { makeCollection, readCollectionIds } from './make-collection.ts';
import { type Registered, type Registry, versionsOf } from './registry.ts';

export type KeepDeps = {
  readonly store: EventStore;
  readonly db: Db;
  readonly registry: Registry;
  readonly views: readonly AnyView[];
  /** Milliseconds for which a former version is still there for those who have just begun to read it. */
  readonly graceMs: number;
};

const BY = 'system:projections';

/**
 * Looks once.
 *
 * - What was lost (an entry, or a collection: dropped, or made anew by a write since) is made anew, and a rebuild is asked
 *   for, under an id that follows from the new collections, so that all who notice ask for the same one.
 * - Documents of an older shape than this program makes are asked to be rebuilt.
 * - Former versions go after their time of grace, and collections that nobody has registered at once: what a rebuild left
 *   behind, and what a late write made of a version that had gone.
 */
export async function keepCollections(deps: KeepDeps): Promise<void> {
  // In this order: a version is registered before it is made, so what is here and not registered then is nobody's.
  const collections = await readCollectionIds(deps.db);
  const registered = await deps.registry.read();
  const lost = deps.views.filter(({ model }) => isLost(registered.get(model.name), collections));
  if (lost.length > 0) return makeAnew(deps, registered, lost);
  await askForNewShapes(deps, registered);
  await retire(deps, registered);
  await sweep(deps, registered, [...collections.keys()]);
}

function isLost(entry: ReadModelEntry | undefined, collections: ReadonlyMap<string, string>): boolean {
  return entry === undefined || collections.get(entry.collection) !== entry.collectionId;
}

async function makeAnew(deps: KeepDeps, registered: Registered, lost: readonly AnyView[]): Promise<void> {
  const { db, store } = deps;
  const nameOf = ({ model }: AnyView) => registered.get(model.name)?.collection ?? collectionName(model);
  for (const view of lost) {
    await db.collection(cursorsOf(nameOf(view))).drop();
    await makeCollection(db, nameOf(view), view);
  }
  const ids = await readCollectionIds(db);
  const idOf = (view: AnyView) => ids.get(nameOf(view)) ?? '';
  const known = new Map<string, boolean>();
  for (const view of lost) known.set(view.model.name, await hasBegun(store, view));
  const toFill = lost.filter(({ model }) => known.get(model.name) === true);
  if (toFill.length === deps.views.length) {
    await ask(store, EVERY_READ_MODEL, toFill.map(idOf).sort().join());
  } else {
    for (const view of toFill) await ask(store, view.model.name, idOf(view));
  }
  const now = new Date();
  for (const view of lost) {
    const { model, group, category, kind } = view;
    const lostAt = known.get(model.name) === true ? now : null;
    const collection = nameOf(view);
    const before = registered.get(model.name);
    const entries = db.collection<ReadModelEntry>(REGISTRY);
    if (before === undefined) {
      const entry = {
        ...{ collection, collectionId: idOf(view), shape: model.version, group: group.name, category, kind },
        ...{ building: null, retiring: [], lostAt },
      };
      await orThere(entries.updateOne({ _id: model.name }, { $setOnInsert: entry }, { upsert: true }));
    } else {
      await entries.updateOne(
        { _id: model.name, collectionId: before.collectionId },
        { $set: { collectionId: idOf(view), lostAt } },
      );
    }
  }
}

/** Whether events have been given out already, which nobody would bring again. */
async function hasBegun(store: EventStore, { group }: AnyView): Promise<boolean> {
  try {
    await store.client.getPersistentSubscriptionToAllInfo(group.name);
    return true;
  } catch (error) {
    if (error instanceof PersistentSubscriptionDoesNotExistError) return false;
    throw error;
  }
}

async function ask(store: EventStore, target: string, why: string): Promise<void> {
  const operationId = deterministicId('rebuild', target, why);
  await requestOperation(store, 'projections', { operationId, operation: 'rebuild', target, by: BY });
}

async function askForNewShapes({ store, views }: KeepDeps, registered: Registered): Promise<void> {
  for (const { model } of views) {
    const entry = registered.get(model.name);
    if (entry === undefined || entry.shape >= model.version || entry.building !== null) continue;
    await ask(store, model.name, `shape ${model.version} of ${entry.collectionId}`);
  }
}

async function retire({ db, graceMs }: KeepDeps, registered: Registered): Promise<void> {
  const before = new Date(Date.now() - graceMs);
  for (const { _id, retiring } of registered.values()) {
    if (!retiring.some(({ since }) => since < before)) continue;
    await db
      .collection<ReadModelEntry>(REGISTRY)
      .updateOne({ _id }, { $pull: { retiring: { since: { $lt: before } } } });
  }
}

async function sweep({ db }: KeepDeps, registered: Registered, names: readonly string[]): Promise<void> {
  const wanted = new Set<string>();
  for (const entry of registered.values()) {
    for (const version of versionsOf(entry)) wanted.add(version).add(cursorsOf(version));
  }
  for (const name of names) {
    const [, model] = /^(.+)_v\d+(?:_cursors)?$/.exec(name) ?? [];
    if (model !== undefined && registered.has(model) && !wanted.has(name)) await db.collection(name).drop();
  }
}

async function orThere(upsert: Promise<unknown>): Promise<void> {
  try {
    await upsert;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
