// The operation `erase` of the projections service: what a customer is in clear in the read models.
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Collection, type Db, MongoServerError } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import { ErasureLog } from '../../shared-contracts/runtime/erasure/erasure-log.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { Operation } from '../../shared-contracts/runtime/operations/run-operations.ts';
import { portionsOf } from '../../shared-contracts/runtime/portions.ts';
import { traceWrite } from '../../shared-contracts/runtime/read-models/trace-write.ts';
import { asStored } from '../runner/as-stored.ts';
import type { AnyStreamView } from '../runner/change.ts';
import { type Registry, versionsOf } from '../runner/collections/registry.ts';
import { foldStream } from '../runner/fold-stream.ts';
import { isNamespaceGone } from '../runner/mongo-errors.ts';
import type { AnyView } from '../views/view.ts';

export type EraseDeps = {
  readonly store: EventStore;
  readonly db: Db;
  readonly registry: Registry;
  readonly views: readonly AnyView[];
};

/** Milliseconds in which a batch is written that somebody had read before the keys were deleted. */
const SETTLE_MS = 1000;
const ISSUES_AT_ONCE = 500;

/**
 * Makes every document of the customer anew from its stream, in which the customer reads as erased by now, in each registered
 * version; again after a while, until nobody has written anything else since; and then has the database give the space
 * of the former documents back.
 */
export function eraseOperation(deps: EraseDeps): Operation {
  return async (erasureId) => {
    const log = new ErasureLog(deps.store, erasureId, `system:${GROUPS.projectionsControl.name}`);
    const { found, steps } = await log.known();
    if (steps.has('documents')) return;
    deps.store.forgetKeys();
    const issueIds = [...found.values()].filter((issueId) => issueId !== null);
    const written = await eraseAll(deps, issueIds);
    for (let again = 1; again > 0; ) {
      await pause(SETTLE_MS);
      again = await eraseAll(deps, issueIds);
    }
    const outOfReach = !(await compactAll(deps));
    await log.give({ type: 'FinishStep', step: 'documents', count: written, outOfReach });
  };
}

/** @returns how many documents were not yet as they should be. */
async function eraseAll(deps: EraseDeps, issueIds: readonly string[]): Promise<number> {
  let written = 0;
  for (const { view, field, collection } of await placesOf(deps)) {
    for (const some of portionsOf(issueIds, ISSUES_AT_ONCE)) {
      const concerned = collection.find({ [field]: { $in: some } }, { projection: { _id: 1 } });
      for (const { _id } of await concerned.toArray())
        if (await makeAnew(deps.store, view, collection, _id)) written += 1;
    }
  }
  return written;
}

/** Every collection that holds something of customers, whether it serves, is being made or retires. */
async function placesOf({ db, registry, views }: EraseDeps) {
  const registered = await registry.read();
  return views.flatMap((view) => {
    const entry = registered.get(view.model.name);
    const { issueField: field } = view.model;
    if (entry === undefined || field === undefined || view.kind !== 'one-per-stream') return [];
    return versionsOf(entry).map((name) => ({ view, field, collection: db.collection<PlainDocument>(name) }));
  });
}

/** @returns whether it was something else before. */
async function makeAnew(
  store: EventStore,
  view: AnyStreamView,
  collection: Collection<PlainDocument>,
  id: string,
): Promise<boolean> {
  for (;;) {
    const present = await collection.findOne({ _id: id });
    const erased = await foldStream(store, view, id);
    if (present === null || erased === undefined) return false;
    if (isDeepStrictEqual(present, asStored(erased))) return false;
    const { _id, ...replacement } = erased;
    // Whoever writes an event meanwhile writes the rest of what was found as well: then it is to be done again.
    const guard = { _id: id, revision: { $lte: erased.revision } };
    const { matchedCount } = await traceWrite(collection, { operation: 'update', size: 1 }, () =>
      collection.replaceOne(guard, replacement),
    );
    if (matchedCount === 1) return true;
  }
}

/** @returns whether the database could. */
async function compactAll(deps: EraseDeps): Promise<boolean> {
  for (const { collection } of await placesOf(deps)) {
    try {
      await deps.db.command({ compact: collection.collectionName, force: true });
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
      if (!isNamespaceGone(error)) return false;
    }
  }
  return true;
}
