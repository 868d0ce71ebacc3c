// Read models are made anew while they serve, whatever happens meanwhile: load, kill -9, a dropped database, two at once.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import t from 'tap';
import { rebuildOperation } from '../../projections/runner/rebuild/rebuild.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import {
  cancelOperation,
  readOperations,
  requestOperation,
} from '../../shared-contracts/runtime/operations/control-stream.ts';
import { startTestNode } from '../embedded/mongodb/test-node.ts';
import { eventually } from './testing/eventually.ts';
import { appendHistory, type History, makeHistory } from './testing/histories.ts';
import {
  differencesOf,
  documentsOf,
  entriesOf,
  entryOf,
  prepareReadModels,
  runReadModels,
} from './testing/read-model-runner.ts';
import { openTestNode, openTestStore, type Teardown } from './testing/test-store.ts';

const LIMIT_MS = 45_000;
const FAMILIES = ['ticket', 'issue', 'employee', 'failures'] as const;

/** A stream of about ten events, one of each family after the other. */
function history(index: number): History {
  const picks = Array.from({ length: 10 }, (_, type) => ({ type: type + index, variant: type % 3 }));
  return makeHistory(FAMILIES[index % FAMILIES.length] ?? 'ticket', picks);
}

async function appendSome(store: EventStore, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await store.append(...asAppend(history(index)));
}

function asAppend({ stream, events }: History): Parameters<EventStore['append']> {
  return [stream, events, 'none'];
}

/** Appends streams, a few events at a time each, until it is told to stop. */
function load(store: EventStore): { stop(): Promise<void> } {
  let over = false;
  const work = async (first: number) => {
    for (let index = first; !over; index += 2) {
      const { stream, events } = history(index);
      for (let at = 0; at < events.length; at += 4) {
        await store.append(stream, events.slice(at, at + 4), at === 0 ? 'none' : at - 1);
      }
    }
  };
  const working = Promise.all([work(0), work(1)]);
  return {
    stop: async () => {
      over = true;
      await working;
    },
  };
}

async function ask(store: EventStore, target = 'all'): Promise<string> {
  const operationId = randomUUID();
  await requestOperation(store, 'projections', {
    operationId,
    operation: 'rebuild',
    target,
    by: 'operator:sam',
  });
  return operationId;
}

function ended(store: EventStore, operationId: string): Promise<string> {
  return eventually(
    'the operation has ended',
    async () => {
      const state = (await readOperations(store, 'projections')).get(operationId);
      if (state === undefined || state.condition === 'asked' || state.condition === 'cancelling')
        return undefined;
      return state.detail === null ? state.condition : `${state.condition}: ${state.detail}`;
    },
    LIMIT_MS,
  );
}

async function collections(db: Db): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await entriesOf(db)).map(({ _id, collection }) => [_id, collection]));
}

/** Nothing is left of former versions. */
async function tidied(db: Db): Promise<void> {
  await eventually('former versions are gone', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    const wanted = Object.values(await collections(db)).flatMap((name) => [name, `${name}_cursors`]);
    return names.every((name) => name === 'read_models' || wanted.includes(name));
  });
}

const settled = async (t: { strictSame(a: unknown, b: unknown): boolean }, store: EventStore, db: Db) =>
  t.strictSame(await differencesOf(store, db), []);

t.test(
  'all are rebuilt in one pass under load, by one of two instances, and equal what is live',
  async (t) => {
    const store = await openTestStore(t);
    const { db } = await startTestNode(t);
    await runReadModels(t, store, db);
    await runReadModels(t, store, db);
    await appendSome(store, 40);
    const before = await collections(db);
    const load_ = load(store);
    const [all, one] = [await ask(store), await ask(store, 'tickets')];
    t.strictSame([await ended(store, all), await ended(store, one)], ['done', 'done']);
    await load_.stop();
    const state = (await readOperations(store, 'projections')).get(all);
    t.ok(state !== undefined && state.done >= 400 && state.done === state.total, `${state?.done} events`);
    const after = await collections(db);
    t.strictSame(Object.keys(after), Object.keys(before));
    for (const [name, collection] of Object.entries(before)) t.not(after[name], collection);
    t.ok((await documentsOf(db)).failed_messages?.length);
    await settled(t, store, db);
    await tidied(db);
    t.equal(
      await ended(store, await ask(store, 'tickers')),
      'failed: Error: There is no read model "tickers".',
    );
  },
);

t.test('a rebuild that is cancelled, or cannot be, leaves things as they were', async (t) => {
  const store = await openTestStore(t);
  const { db } = await startTestNode(t);
  const deps = await prepareReadModels(store, db);
  await appendSome(store, 20);
  const stop = new AbortController();
  const before = await entriesOf(db);
  await rebuildOperation({ ...deps, stop: stop.signal })('all', async () => 'cancelled', randomUUID());
  t.strictSame(await entriesOf(db), before);

  const broken = deps.views.map((view) => ({
    ...view,
    apply: () => {
      throw new Error('No.');
    },
  }));
  await runReadModels(t, store, db);
  await eventually('documents are there', async () => (await documentsOf(db)).tickets?.length === 5);
  await t.rejects(
    rebuildOperation({ ...deps, views: broken, stop: stop.signal })(
      'tickets',
      async () => 'go-on',
      randomUUID(),
    ),
    /cannot be taken in, though the present documents have it: No\./,
  );
  t.strictSame(
    await collections(db),
    Object.fromEntries(before.map(({ _id, collection }) => [_id, collection])),
  );
  await tidied(db);
});

t.test('kill -9 in the middle of a rebuild: it begins anew by itself', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const { client, url: mongo } = await startTestNode(t);
  const db = client.db('killed');
  const start = () => startProcess(t, url, `${mongo}/killed`);
  const first = await start();
  await appendSome(store, 150);
  const operationId = await ask(store);
  await eventually('it is being built', async () => (await entryOf(db, 'tickets'))?.building ?? undefined);
  await first.kill();
  t.equal((await readOperations(store, 'projections')).get(operationId)?.condition, 'asked');
  await start();
  t.equal(await ended(store, operationId), 'done');
  await settled(t, store, db);
  await tidied(db);
});

async function startProcess(
  t: Teardown,
  storeUrl: string,
  mongoUrl: string,
): Promise<{ kill(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, 'testing/projections-process.js'), [storeUrl, mongoUrl]);
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  t.teardown(kill);
  await once(child, 'message');
  return { kill };
}

t.test('the whole database is dropped under load: it comes back complete by itself', async (t) => {
  const store = await openTestStore(t);
  const { db } = await startTestNode(t);
  await runReadModels(t, store, db);
  await appendSome(store, 40);
  await eventually('documents are there', async () => ((await documentsOf(db)).tickets?.length ?? 0) >= 10);
  const load_ = load(store);
  await db.dropDatabase();
  await eventually(
    'it is complete',
    async () => {
      const entries = await entriesOf(db);
      return (
        entries.length === 6 && entries.every(({ lostAt, building }) => lostAt === null && building === null)
      );
    },
    LIMIT_MS,
  );
  await load_.stop();
  await settled(t, store, db);
  const names = await db
    .collection((await entryOf(db, 'tickets'))?.collection ?? '')
    .listIndexes()
    .toArray();
  t.ok(names.length > 1, 'with its indexes');

  await db.collection((await entryOf(db, 'issues'))?.collection ?? '').drop();
  await eventually(
    'one that is dropped comes back as well',
    async () => (await documentsOf(db)).issues?.length,
    LIMIT_MS,
  );
  await eventually('it is complete', async () => (await entryOf(db, 'issues'))?.lostAt === null, LIMIT_MS);
  await settled(t, store, db);
});

t.test('verify names what was planted', async (t) => {
  const store = await openTestStore(t);
  const { db } = await startTestNode(t);
  await runReadModels(t, store, db);
  for (const index of [0, 4, 8, 12]) await appendHistory(store, history(index));
  const documents = await eventually('documents are there', async () => {
    const { tickets } = await documentsOf(db);
    return tickets?.length === 4 && tickets.every(({ revision }) => revision === 9) && tickets;
  });
  const [missing, different, behind, ahead] = documents.map(({ _id }) => _id);
  const tickets = db.collection<{ _id: string; revision: number }>((await collections(db)).tickets ?? '');
  await tickets.deleteOne({ _id: missing ?? '' });
  await tickets.updateOne({ _id: different ?? '' }, { $set: { subject: 'x', extra: 1 } });
  await tickets.updateOne({ _id: behind ?? '' }, { $set: { revision: 3 } });
  await tickets.updateOne({ _id: ahead ?? '' }, { $set: { revision: 30 } });
  await tickets.insertOne({ _id: 'planted', revision: 0 });
  const found = (await differencesOf(store, db)).toSorted((a, b) => a.kind.localeCompare(b.kind));
  const at = (revision: number | null, expectedRevision: number | null, fields: readonly string[] = []) => ({
    ...{ fields, revision, expectedRevision },
  });
  t.strictSame(found, [
    { model: 'tickets', id: ahead, kind: 'ahead', ...at(30, 9) },
    { model: 'tickets', id: behind, kind: 'behind', ...at(3, 9) },
    { model: 'tickets', id: different, kind: 'different', ...at(9, 9, ['extra', 'subject']) },
    { model: 'tickets', id: missing, kind: 'missing', ...at(null, 9) },
    { model: 'tickets', id: 'planted', kind: 'too-many', ...at(0, null) },
  ]);
  const operationId = await ask(store, 'tickets');
  t.equal(await ended(store, operationId), 'done');
  await settled(t, store, db);
  await t.resolves(
    cancelOperation(store, 'projections', operationId, 'operator:sam'),
    'too late to take it back',
  );
});
