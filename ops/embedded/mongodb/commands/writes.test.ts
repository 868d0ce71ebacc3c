import { Decimal128, type Document, Double, Long, MongoBulkWriteError, MongoClient, ObjectId } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../testing/start-node.ts';

type Named = Document & { _id: string };

t.test('documents come back as they were put in', async (t) => {
  const { db } = await startTestNode(t);
  const things = db.collection<Named>('things');
  const thing = {
    _id: 'b',
    int: 1,
    double: 1.5,
    long: Long.fromString('9007199254740993'),
    decimal: Decimal128.fromString('0.10'),
    date: new Date(5),
    id: new ObjectId(),
    nothing: null,
    list: [1, { deep: ['x'] }],
    text: 'žluťoučký 🐎',
  };
  await things.insertMany([thing, { _id: 'a' }]);
  const [found, second] = await things.find().toArray();
  t.same(found, thing);
  t.same(second, { _id: 'a' }, 'in the order of insertion');
  await things.updateOne({ _id: 'b' }, { $set: { whole: new Double(3) } });
  await things.updateOne({ _id: 'b' }, { $set: { other: true } });
  const raw = await things.findOne({ _id: 'b' }, { promoteValues: false });
  t.same(
    [raw?.whole, raw?.long, raw?.int?.value],
    [new Double(3), thing.long, 1],
    'numbers keep their types',
  );
});

t.test('a guarded bulk names the writes that missed', async (t) => {
  const { db } = await startTestNode(t);
  const views = db.collection<Named>('views');
  await views.insertMany([
    { _id: 'at1', revision: 1 },
    { _id: 'at5', revision: 5 },
  ]);
  const guarded = (_id: string, revision: number) => ({
    replaceOne: {
      filter: { _id, revision },
      replacement: { revision: revision + 1, at: 'new' },
      upsert: true,
    },
  });
  const bulk = [
    guarded('at1', 1),
    guarded('at5', 3),
    guarded('fresh', 0),
    guarded('at5', 5),
    guarded('at1', 1),
  ];
  const error = await views.bulkWrite(bulk, { ordered: false }).catch((caught: unknown) => caught);
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  t.same(
    errors.map(({ index, code }) => ({ index, code })),
    [
      { index: 1, code: 11000 },
      { index: 4, code: 11000 },
    ],
  );
  t.match(
    errors[0]?.errmsg,
    'E11000 duplicate key error collection: test.views index: _id_ dup key: { _id: "at5" }',
  );
  const single = await views.insertOne({ _id: 'at5' }).catch((caught: unknown) => caught);
  t.match(single, { code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 'at5' } });
  t.match(error.result, { matchedCount: 2, modifiedCount: 2, upsertedCount: 1 });
  t.same(error.result.upsertedIds, { 2: 'fresh' });
  t.same(await views.find({}, { sort: { _id: 1 } }).toArray(), [
    { _id: 'at1', revision: 2, at: 'new' },
    { _id: 'at5', revision: 6, at: 'new' },
    { _id: 'fresh', revision: 1, at: 'new' },
  ]);
  await t.rejects(views.bulkWrite([...bulk, guarded('last', 0)], { ordered: true }), { code: 11000 });
  t.equal(await views.countDocuments({ _id: 'last' }), 0, 'an ordered bulk ends at the first refusal');
});

t.test('several clients write and read at the same time', async (t) => {
  const { url } = await startTestNode(t);
  const clients = await Promise.all(Array.from({ length: 5 }, () => MongoClient.connect(url)));
  t.teardown(() => Promise.all(clients.map((client) => client.close())));
  await Promise.all(
    clients.map(async (client, i) => {
      const counters = client.db('test').collection<Named & { n: number }>('counters');
      for (let n = 0; n < 40; n++) {
        await counters.updateOne({ _id: 'shared' }, { $inc: { n: 1, [`by${i}`]: 1 } }, { upsert: true });
      }
    }),
  );
  const [client] = clients;
  const shared = await client?.db('test').collection<Named>('counters').findOne({ _id: 'shared' });
  t.same(shared, { _id: 'shared', n: 200, by0: 40, by1: 40, by2: 40, by3: 40, by4: 40 });
});
