import type { Document } from 'mongodb';
import t from 'tap';
import { refusal, startTestNode } from '../testing/start-node.ts';

type Named = Document & { _id: string };

/** Each: what there was, the update, what there is then. */
const CASES: Readonly<Record<string, readonly [Document, Document | Document[], Document]>> = {
  set: [{ a: 1 }, { $set: { a: 2, 'b.c': 3 } }, { a: 2, b: { c: 3 } }],
  setInArray: [{ l: [1, 2] }, { $set: { 'l.1': 5, 'l.3': 7 } }, { l: [1, 5, null, 7] }],
  unset: [
    { a: 1, b: { c: 1, d: 2 }, l: [1, 2] },
    { $unset: { a: 1, 'b.c': 1, 'l.0': 1, x: 1 } },
    { b: { d: 2 }, l: [null, 2] },
  ],
  inc: [{ a: 1, b: 1.5 }, { $inc: { a: 2, b: 1, c: 5 } }, { a: 3, b: 2.5, c: 5 }],
  mul: [{ a: 3 }, { $mul: { a: 2, b: 4 } }, { a: 6, b: 0 }],
  minMax: [
    { a: 5, b: 5 },
    { $min: { a: 3, c: 1 }, $max: { b: 9, d: 2 } },
    { a: 3, b: 9, c: 1, d: 2 },
  ],
  rename: [{ a: 1, b: { c: 2 } }, { $rename: { a: 'x', 'b.c': 'y.z' } }, { b: {}, x: 1, y: { z: 2 } }],
  push: [{ l: [1] }, { $push: { l: 2, m: 'new' } }, { l: [1, 2], m: ['new'] }],
  pushMany: [{ l: [5, 1] }, { $push: { l: { $each: [3, 9], $sort: 1, $slice: -3 } } }, { l: [3, 5, 9] }],
  pushFirst: [{ l: [1] }, { $push: { l: { $each: [8, 9], $position: 0 } } }, { l: [8, 9, 1] }],
  pushSortedByField: [
    { l: [{ n: 2 }, { n: 5 }] },
    { $push: { l: { $each: [{ n: 3 }], $sort: { n: -1 } } } },
    { l: [{ n: 5 }, { n: 3 }, { n: 2 }] },
  ],
  addToSet: [
    { l: [1, { a: 1 }] },
    { $addToSet: { l: { $each: [1, { a: 1 }, 2] } } },
    { l: [1, { a: 1 }, 2] },
  ],
  pop: [{ l: [1, 2, 3], m: [1, 2] }, { $pop: { l: 1, m: -1 } }, { l: [1, 2], m: [2] }],
  pull: [
    { l: [1, 5, 7], m: [{ n: 1 }, { n: 2 }], s: ['a', 'b'] },
    { $pull: { l: { $gte: 5 }, m: { n: 2 }, s: 'a' } },
    { l: [1], m: [{ n: 1 }], s: ['b'] },
  ],
  pullAll: [{ l: [1, 2, 3, 1] }, { $pullAll: { l: [1, 3] } }, { l: [2] }],
  bit: [{ a: 0b1101 }, { $bit: { a: { and: 0b0111 } } }, { a: 0b0101 }],
  everyElement: [{ l: [{ n: 1 }, { n: 2 }] }, { $inc: { 'l.$[].n': 10 } }, { l: [{ n: 11 }, { n: 12 }] }],
  pipeline: [{ a: 2, b: 3 }, [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'a' }], { b: 3, sum: 5 }],
  pipelineKeepsTypes: [
    { list: [1], at: new Date(3) },
    [{ $set: { n: { $size: '$list' } } }],
    { list: [1], at: new Date(3), n: 1 },
  ],
};

t.test('operators do what MongoDB says they do', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  for (const [name, [before, change, after]] of Object.entries(CASES)) {
    await some.insertOne({ ...before, _id: name });
    await some.updateOne({ _id: name }, change);
    t.same(await some.findOne({ _id: name }), { _id: name, ...after }, name);
  }
});

t.test('an update that changes nothing counts as matched only', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  await some.insertOne({ _id: 'a', n: 1, l: [1] });
  t.match(await some.updateOne({ _id: 'a' }, { $set: { n: 1 }, $addToSet: { l: 1 } }), {
    matchedCount: 1,
    modifiedCount: 0,
  });
  t.match(await some.updateOne({ _id: 'none' }, { $set: { n: 1 } }), { matchedCount: 0, upsertedCount: 0 });
});

t.test('positional updates change the elements that are meant', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  const lines = [
    { sku: 'x', n: 1 },
    { sku: 'y', n: 5 },
    { sku: 'z', n: 9 },
  ];
  await some.insertOne({ _id: 'a', lines, scores: [3, 8, 10] });
  await some.updateOne({ _id: 'a', 'lines.sku': 'y' }, { $set: { 'lines.$.n': 6 } });
  await some.updateOne(
    { _id: 'a', lines: { $elemMatch: { n: { $gt: 8 } } } },
    { $set: { 'lines.$.big': true } },
  );
  await some.updateOne(
    { _id: 'a' },
    { $inc: { 'scores.$[low]': 100 } },
    { arrayFilters: [{ low: { $lt: 9 } }] },
  );
  await some.updateOne(
    { _id: 'a' },
    { $set: { 'lines.$[line].seen': true } },
    { arrayFilters: [{ 'line.sku': { $in: ['x', 'y'] }, 'line.n': { $lt: 6 } }] },
  );
  t.same(await some.findOne({ _id: 'a' }), {
    _id: 'a',
    lines: [
      { sku: 'x', n: 1, seen: true },
      { sku: 'y', n: 6 },
      { sku: 'z', n: 9, big: true },
    ],
    scores: [103, 108, 10],
  });
  t.same(
    [
      await refusal(some.updateOne({ _id: 'a' }, { $set: { 'lines.$.n': 1 } })),
      await refusal(some.updateOne({ _id: 'a' }, { $set: { 'scores.$[who]': 1 } })),
      await refusal(some.updateOne({ _id: 'a' }, { $set: { n: 1 } }, { arrayFilters: [{ who: 1 }] })),
      await refusal(some.updateOne({ _id: 'a' }, { $wat: { n: 1 } })),
    ],
    [{ code: 2 }, { code: 2 }, { code: 9 }, { code: 9 }],
  );
});

t.test('an upsert begins with what the filter fixes', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  const first = await some.updateOne(
    { _id: 'a', kind: { $eq: 'x' }, n: { $gt: 5 }, 'in.side': 1, $and: [{ other: { $in: ['only'] } }] },
    { $set: { text: 't' }, $setOnInsert: { made: true }, $inc: { count: 1 } },
    { upsert: true },
  );
  t.match(first, { matchedCount: 0, upsertedCount: 1, upsertedId: 'a' });
  await some.updateOne({ _id: 'a' }, { $setOnInsert: { made: false }, $inc: { count: 1 } }, { upsert: true });
  t.same(await some.findOne(), {
    _id: 'a',
    kind: 'x',
    in: { side: 1 },
    other: 'only',
    count: 2,
    made: true,
    text: 't',
  });
  await some.replaceOne({ _id: 'b', kind: 'x' }, { whole: true }, { upsert: true });
  t.same(await some.findOne({ _id: 'b' }), { _id: 'b', whole: true });
});

t.test('find and modify gives the document before or after', async (t) => {
  const { db } = await startTestNode(t);
  const jobs = db.collection<Named>('jobs');
  await jobs.insertMany([
    { _id: 'a', at: 2, state: 'new' },
    { _id: 'b', at: 1, state: 'new' },
  ]);
  const take = (returnDocument: 'before' | 'after') =>
    jobs.findOneAndUpdate(
      { state: 'new' },
      { $set: { state: 'taken' } },
      { sort: { at: 1 }, returnDocument },
    );
  t.same(await take('after'), { _id: 'b', at: 1, state: 'taken' });
  t.same(await take('before'), { _id: 'a', at: 2, state: 'new' });
  t.equal(await take('after'), null);
  t.same(
    await jobs.findOneAndReplace(
      { _id: 'c' },
      { at: 3 },
      { upsert: true, returnDocument: 'after', projection: { _id: 0 } },
    ),
    { at: 3 },
  );
  t.same(await jobs.findOneAndDelete({ at: { $gte: 2 } }, { sort: { at: -1 } }), { _id: 'c', at: 3 });
  t.equal(await jobs.countDocuments(), 2);
});
