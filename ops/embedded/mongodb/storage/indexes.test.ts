import type { Document } from 'mongodb';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { refusal, startTestNode } from '../testing/start-node.ts';

type Named = Document & { _id: string };

t.test('a unique index holds under concurrent writes', async (t) => {
  const { db } = await startTestNode(t);
  const people = db.collection('people');
  await people.createIndex({ mail: 1 }, { unique: true });
  const tries = await Promise.allSettled(
    Array.from({ length: 60 }, (_, i) => people.insertOne({ mail: `m${i % 12}`, i })),
  );
  t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 12);
  t.equal(await people.countDocuments(), 12);
  const moves = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => people.updateOne({ mail: `m${i}` }, { $set: { mail: 'one' } })),
  );
  t.equal(moves.filter(({ status }) => status === 'fulfilled').length, 1);
  t.equal(await people.countDocuments({ mail: 'one' }), 1);
});

t.test('a unique index refuses what would break it, and nothing else', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  await some.insertMany([
    { _id: 'a', n: 1, list: [1, 2] },
    { _id: 'b', n: 1 },
  ]);
  t.same(await refusal(some.createIndex({ n: 1 }, { unique: true })), {
    code: 11000,
    codeName: 'DuplicateKey',
  });
  t.same(
    (await some.indexes()).map(({ name }) => name),
    ['_id_'],
    'a build that failed leaves no index',
  );
  await some.updateOne({ _id: 'b' }, { $set: { n: 2 } });
  await some.createIndex({ n: 1 }, { unique: true });
  await some.createIndex({ list: 1 }, { unique: true, sparse: true });
  await some.insertOne({ _id: 'null' });
  t.same(
    [
      await refusal(some.insertOne({ _id: 'null2' })),
      await refusal(some.insertOne({ _id: 'c', n: 3, list: [5, 2] })),
      await refusal(some.insertOne({ _id: 'd', n: 4, list: [7, 7] })),
      await refusal(some.updateOne({ _id: 'a' }, { $inc: { n: 1 } })),
      await refusal(some.replaceOne({ _id: 'a' }, { n: 1, list: [1] })),
    ],
    [{ code: 11000 }, { code: 11000 }, 'was not refused', { code: 11000 }, 'was not refused'],
  );
  await some.deleteOne({ _id: 'b' });
  t.same(await refusal(some.updateOne({ _id: 'a' }, { $inc: { n: 1 } })), 'was not refused');
});

t.test('sparse and partial indexes hold what they say', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  await some.createIndex({ mail: 1 }, { unique: true, partialFilterExpression: { active: true } });
  await some.insertMany([
    { _id: 'a', mail: 'x', active: true },
    { _id: 'b', mail: 'x', active: false },
  ]);
  t.same(await refusal(some.updateOne({ _id: 'b' }, { $set: { active: true } })), { code: 11000 });
  await some.updateOne({ _id: 'a' }, { $set: { active: false } });
  t.same(await refusal(some.updateOne({ _id: 'b' }, { $set: { active: true } })), 'was not refused');
  t.same(
    (await some.find({ mail: 'x' }).toArray()).map(({ _id }) => _id),
    ['a', 'b'],
  );
  t.same(
    (await some.find({ mail: 'x', active: true }).toArray()).map(({ _id }) => _id),
    ['b'],
  );
});

t.test('indexes are described, compared and dropped as MongoDB does', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection('some');
  await some.createIndexes([
    { key: { a: 1, b: -1 }, name: 'both' },
    { key: { at: 1 }, expireAfterSeconds: 60 },
  ]);
  await some.createIndex({ a: 1, b: -1 }, { name: 'both' });
  t.same(await some.indexes(), [
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { a: 1, b: -1 }, name: 'both' },
    { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 },
  ]);
  t.same(
    [
      await refusal(some.createIndex({ a: 1, b: -1 }, { name: 'other' })),
      await refusal(some.createIndex({ a: 1, b: -1 }, { name: 'both', unique: true })),
      await refusal(some.createIndex({ c: 1 }, { name: 'both' })),
      await refusal(some.createIndex(new Map([['a', 0]]))),
      await refusal(some.createIndex({ a: 1, b: 1 }, { expireAfterSeconds: 5 })),
      await refusal(some.insertOne({ a: [1], b: [2] })),
      await refusal(some.insertOne({ a: [{ b: 1 }, { c: 2 }], b: [2] })),
      await refusal(some.insertOne({ a: 'x'.repeat(3000) })),
    ],
    [
      { code: 85, codeName: 'IndexOptionsConflict' },
      { code: 85, codeName: 'IndexOptionsConflict' },
      { code: 86, codeName: 'IndexKeySpecsConflict' },
      { code: 67, codeName: 'CannotCreateIndex' },
      { code: 67, codeName: 'CannotCreateIndex' },
      { code: 171 },
      { code: 171 },
      { code: 17280 },
    ],
  );
  await some.dropIndex('both');
  t.same(
    (await some.indexes()).map(({ name }) => name),
    ['_id_', 'at_1'],
  );
  await some.dropIndexes();
  t.same(
    (await some.indexes()).map(({ name }) => name),
    ['_id_'],
  );
});

t.test('an index is built while others write to the collection', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Document & { _id: number }>('some');
  await some.insertMany(Array.from({ length: 8000 }, (_, _id) => ({ _id, n: _id % 100 })));
  const building = some.createIndex({ n: 1 });
  const writing = Promise.all([
    some.insertOne({ _id: 8000, n: 7 }),
    some.updateOne({ _id: 7 }, { $set: { n: 8 } }),
    some.deleteOne({ _id: 107 }),
  ]);
  await Promise.all([building, writing]);
  const ids = async (hint: string | Document) =>
    (await some.find({ n: 7 }).hint(hint).toArray()).map(({ _id }) => _id);
  t.same(await ids('n_1'), await ids({ $natural: 1 }));
  t.equal((await ids('n_1')).length, 79);
});

t.test('documents whose time is over go away', async (t) => {
  let now = Date.parse('2030-01-01T00:00:00Z');
  const { db } = await startTestNode(t, { ttlIntervalMs: 20, now: () => now });
  const some = db.collection<Named>('some');
  await some.createIndex({ at: 1 }, { expireAfterSeconds: 100 });
  await some.insertMany([
    { _id: 'old', at: new Date(now - 50_000) },
    { _id: 'older among several', at: [new Date(now - 60_000), new Date(now + 500_000)] },
    { _id: 'new', at: new Date(now) },
    { _id: 'no date', at: 'long ago' },
    { _id: 'nothing' },
  ]);
  const ids = async () => (await some.find().toArray()).map(({ _id }) => _id);
  now += 60_000;
  await waitFor('the first to go', async () => (await some.countDocuments()) === 3);
  t.same(await ids(), ['new', 'no date', 'nothing']);
  now += 41_000;
  await waitFor('the next to go', async () => (await some.countDocuments()) === 2);
  t.same(await ids(), ['no date', 'nothing']);
});

t.test('writes to many documents go on over several transactions', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Document & { _id: number }>('some');
  await some.createIndex({ n: 1 });
  const total = 6000;
  await some.insertMany(Array.from({ length: total }, (_, _id) => ({ _id, n: _id })));
  const moved = await some.updateMany({ n: { $gte: 0 } }, { $inc: { n: 3 } });
  t.match(
    moved,
    { matchedCount: total, modifiedCount: total },
    'each once, though it moves forward in the index',
  );
  t.same(await some.find({}, { sort: { n: 1 }, limit: 2 }).toArray(), [
    { _id: 0, n: 3 },
    { _id: 1, n: 4 },
  ]);
  t.match(await some.deleteMany({ n: { $gte: 1000 } }), { deletedCount: total - 997 });
  t.equal(await some.countDocuments(), 997);
  t.match(await some.deleteMany({}), { deletedCount: 997 });
});
