import type { Document } from 'mongodb';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { refusal, startTestNode } from '../testing/start-node.ts';

t.test('results come in batches, from cursors that end', async (t) => {
  const { client, db } = await startTestNode(t);
  const many = db.collection<Document & { _id: number }>('many');
  await many.insertMany(Array.from({ length: 2500 }, (_, _id) => ({ _id, pad: 'x'.repeat(50) })));
  const ids = Array.from({ length: 2500 }, (_, i) => i);
  t.same(
    (await many.find().batchSize(300).toArray()).map(({ _id }) => _id),
    ids,
  );
  t.same((await many.aggregate([{ $match: {} }], { batchSize: 7 }).toArray()).length, 2500);
  t.same(
    (await many.find({}, { sort: { _id: -1 }, skip: 10, limit: 3 }).toArray()).map(({ _id }) => _id),
    [2489, 2488, 2487],
  );
  const open = async (): Promise<number> =>
    (await client.db().admin().serverStatus()).metrics.cursor.open.total;
  const first = many.find().batchSize(10);
  await first.next();
  t.equal(await open(), 1);
  await first.close();
  t.equal(await open(), 0, 'a closed cursor is gone');
  const changing = many.find({}, { batchSize: 100 });
  for (let i = 0; i < 100; i++) await changing.next();
  await many.deleteMany({ _id: { $gte: 200 } });
  const rest = (await changing.toArray()).length;
  t.ok(rest >= 100 && rest < 1000, `a cursor goes on over what is left (${rest})`);
});

t.test('a cursor that nobody reads is closed', async (t) => {
  const { db } = await startTestNode(t, { cursorTimeoutMs: 50 });
  const many = db.collection('many');
  await many.insertMany(Array.from({ length: 30 }, (_, n) => ({ n })));
  const open = async (): Promise<number> => (await db.admin().serverStatus()).metrics.cursor.open.total;
  const kept = many.find({}, { noCursorTimeout: true }).batchSize(10);
  for (let i = 0; i < 10; i++) await kept.next();
  const forgotten = many.find().batchSize(10);
  for (let i = 0; i < 10; i++) await forgotten.next();
  await waitFor('the cursor to be closed', async () => (await open()) === 1);
  t.same(await refusal(forgotten.next()), { code: 43, codeName: 'CursorNotFound' });
  t.equal((await kept.toArray()).length, 20, 'one that asked not to be closed goes on');
  const killed = many.find().batchSize(10);
  await killed.next();
  const { id } = killed;
  t.match(await db.command({ killCursors: 'many', cursors: [id] }), { cursorsKilled: [Number(id)] });
  t.match(await db.command({ killCursors: 'many', cursors: [id] }), { cursorsNotFound: [Number(id)] });
  t.same(await refusal(killed.toArray()), { code: 43, codeName: 'CursorNotFound' });
});
