// Read models kept in this process, on embedded nodes, by the parts that the projections service is made of.
import type { Db } from 'mongodb';
import { control } from '../../../projections/handlers/control.ts';
import { type FollowDeps, followView } from '../../../projections/handlers/follow-view.ts';
import { keepCollections } from '../../../projections/runner/collections/keep-collections.ts';
import { createRegistry } from '../../../projections/runner/collections/registry.ts';
import { startKeeper } from '../../../projections/runner/collections/start-keeper.ts';
import type { Difference } from '../../../projections/runner/verify/compare.ts';
import { verifyModel } from '../../../projections/runner/verify/verify.ts';
import { ALL_VIEWS } from '../../../projections/views/all-views.ts';
import type { AnyView } from '../../../projections/views/view.ts';
import {
  type PlainDocument,
  REGISTRY,
  type ReadModelEntry,
} from '../../../shared-contracts/documents/read-model.ts';
import { startConsumer } from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import type { Teardown } from './test-store.ts';

const GRACE_MS = 200;

/** What the runner's parts need, without anything running; collections are made. */
export async function prepareReadModels(
  store: EventStore,
  db: Db,
  views: readonly AnyView[] = ALL_VIEWS,
): Promise<FollowDeps & { readonly views: readonly AnyView[] }> {
  const registry = createRegistry(db);
  const prepare = () => keepCollections({ store, db, registry, views, graceMs: GRACE_MS });
  await prepare();
  return { store, db, registry, views, prepare };
}

/** An instance of the service, but for its pages; it ends with the test at the latest. */
export async function runReadModels(
  t: Teardown,
  store: EventStore,
  db: Db,
  views: readonly AnyView[] = ALL_VIEWS,
): Promise<{ close(): Promise<void> }> {
  const registry = createRegistry(db);
  const logger = createLogger('test', 'silent', 'json');
  const keeper = startKeeper({ store, db, registry, views, logger, graceMs: GRACE_MS });
  await keeper.look();
  const stop = new AbortController();
  const groups = [
    ...views.map((view) => followView(view, { store, db, registry, prepare: keeper.look })),
    control({ store, db, registry, views, stop: stop.signal }),
  ];
  const consumers = groups.map((group) => startConsumer({ store, logger }, group));
  const close = async () => {
    stop.abort();
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await keeper.close();
  };
  t.teardown(close);
  return { close };
}

export async function entriesOf(db: Db): Promise<readonly ReadModelEntry[]> {
  return db.collection<ReadModelEntry>(REGISTRY).find().sort({ _id: 1 }).toArray();
}

export async function entryOf(db: Db, model: string): Promise<ReadModelEntry | undefined> {
  return (await entriesOf(db)).find(({ _id }) => _id === model);
}

/** All documents of the present version of each read model. */
export async function documentsOf(
  db: Db,
  only: (id: string) => boolean = () => true,
): Promise<Readonly<Record<string, readonly PlainDocument[]>>> {
  const all: Record<string, readonly PlainDocument[]> = {};
  for (const { _id, collection } of await entriesOf(db)) {
    const documents = await db.collection<PlainDocument>(collection).find().sort({ _id: 1 }).toArray();
    all[_id] = documents.filter((document) => only(document._id));
  }
  return all;
}

/** Every difference between read models and streams. */
export async function differencesOf(
  store: EventStore,
  db: Db,
  views: readonly AnyView[] = ALL_VIEWS,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const registry = createRegistry(db);
  for (const view of views)
    await verifyModel({ store, db, registry }, view, (found) => differences.push(found));
  return differences;
}
