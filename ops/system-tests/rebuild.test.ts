// Read models are made anew while they serve, whatever happens meanwhile: load, a second instance, an operator, kill -9.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { rebuildOperation } from '../../projections/runner/rebuild/rebuild.ts';
import { readOperations } from '../../shared-contracts/runtime/operations/control-stream.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { eventually } from './testing/eventually.ts';
import {
  documentsOf,
  entriesOf,
  entryOf,
  prepareReadModels,
  runReadModels,
} from './testing/read-model-runner.ts';
import { appendSome, ask, collections, ended, load, settled, tidied } from './testing/rebuilds.ts';
import { openTestNode, openTestStore, type Teardown } from './testing/test-store.ts';

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
