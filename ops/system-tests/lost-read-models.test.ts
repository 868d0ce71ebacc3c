// Read models that were lost come back by themselves, and what is wrong in them is named.
import t from 'tap';
import { cancelOperation } from '../../shared-contracts/runtime/operations/control-stream.ts';
import { freshnessOf } from '../../shared-contracts/runtime/read-models/freshness.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { eventually } from './testing/eventually.ts';
import { appendHistory } from './testing/histories.ts';
import {
  differencesOf,
  documentsOf,
  entriesOf,
  entryOf,
  runReadModels,
} from './testing/read-model-runner.ts';
import { appendSome, ask, collections, ended, history, load, settled } from './testing/rebuilds.ts';
import { openTestStore } from './testing/test-store.ts';

t.test('the whole database is dropped under load: it comes back complete by itself', async (t) => {
  const store = await openTestStore(t);
  const { db } = await startTestNode(t);
  await runReadModels(t, store, db);
  await appendSome(store, 40);
  await eventually('documents are there', async () => ((await documentsOf(db)).tickets?.length ?? 0) >= 10);
  const load_ = load(store);
  await db.dropDatabase();
  await eventually('it is complete', async () => {
    const entries = await entriesOf(db);
    return (
      entries.length === 6 && entries.every(({ lostAt, building }) => lostAt === null && building === null)
    );
  });
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
  );
  await eventually('it is complete', async () => (await entryOf(db, 'issues'))?.lostAt === null);
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

t.test(
  'how fresh a read model is: nothing to say while all is taken in, the age of what waits otherwise',
  async (t) => {
    const store = await openTestStore(t);
    const { db } = await startTestNode(t);
    const runner = await runReadModels(t, store, db);
    await appendHistory(store, history(0));
    const freshness = async () => {
      const entry = await entryOf(db, 'tickets');
      if (entry === undefined) throw new Error('It is not registered.');
      return freshnessOf(store, db, entry);
    };
    await eventually('it is taken in', async () => (await documentsOf(db)).tickets?.[0]?.revision === 9);
    await eventually('nothing waits', async () => (await freshness()).ageMs === 0);
    await runner.close();
    await appendHistory(store, history(4));
    await eventually('its age grows', async () => (await freshness()).ageMs > 1000);
    await runReadModels(t, store, db);
    await eventually('it has caught up', async () => (await freshness()).ageMs === 0);
  },
);
