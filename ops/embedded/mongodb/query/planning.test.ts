import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Collection, Document, Filter, FindOptions, Sort } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../test-node.ts';

type Row = Document & { _id: number };

/** The scan that a plan comes down to: the name of its index, or the whole collection. */
async function scanOf<T extends Document>(
  collection: Collection<T>,
  filter: Filter<T>,
  sort: Sort = {},
  limit = 0,
): Promise<string> {
  const plan = await collection.find(filter).sort(sort).limit(limit).explain('queryPlanner');
  const stages: string[] = [];
  for (let stage = plan.queryPlanner.winningPlan; stage; stage = stage.inputStage ?? stage.inputStages?.[0]) {
    stages.push(stage.indexName ?? stage.stage);
  }
  return stages.filter((stage) => !['FETCH', 'LIMIT'].includes(stage)).join(' < ');
}

t.test('a query uses the index that fits it', async (t) => {
  const { db } = await startTestNode(t);
  const tickets = db.collection<Document & { _id: string }>('tickets');
  await tickets.createIndexes([
    { key: { status: 1, opened: -1 }, name: 'queue' },
    { key: { assignee: 1 }, name: 'assignee', sparse: true },
    { key: { opened: 1 }, name: 'urgent', partialFilterExpression: { priority: { $gte: 3 } } },
    { key: { number: 1 }, name: 'number', unique: true },
    { key: { tags: 1 }, name: 'tags' },
    { key: { opened: 1, _id: 1 }, name: 'page' },
  ]);
  await tickets.insertMany(
    Array.from({ length: 600 }, (_, i) => ({
      _id: `t${i}`,
      number: i,
      status: i % 3 === 0 ? 'open' : 'closed',
      opened: i,
      priority: i % 5,
      tags: [`a${i % 10}`, 'all'],
      ...(i % 2 ? { assignee: `e${i % 7}` } : {}),
    })),
  );
  const open = { status: 'open' };
  t.same(
    {
      id: await scanOf(tickets, { _id: 't7' }),
      idAmongOthers: await scanOf(tickets, { _id: 't7', status: 'open' }),
      equality: await scanOf(tickets, open),
      equalityAndRange: await scanOf(tickets, { status: 'open', opened: { $gt: 10 } }),
      equalityAndOrder: await scanOf(tickets, open, { opened: -1 }),
      equalityAndOrderBackwards: await scanOf(tickets, open, { opened: 1 }, 5),
      severalValues: await scanOf(tickets, { status: { $in: ['open', 'new'] } }),
      unique: await scanOf(tickets, { number: 5, status: 'open' }),
      sparseWithValue: await scanOf(tickets, { assignee: 'e3' }),
      sparseWithoutValue: await scanOf(tickets, { assignee: null }),
      sparseOrder: await scanOf(tickets, {}, { assignee: 1 }),
      partialImplied: await scanOf(tickets, { opened: { $gt: 590 }, priority: 4 }),
      element: await scanOf(tickets, { tags: 'a3' }),
      prefix: await scanOf(tickets, { assignee: /^e3/ }),
      noPrefix: await scanOf(tickets, { subject: /e3/ }),
      orderOnly: await scanOf(tickets, {}, { number: -1 }),
      page: await scanOf(tickets, {}, { opened: -1, _id: -1 }, 20),
      otherOrder: await scanOf(tickets, {}, { opened: -1, _id: 1 }, 20),
      either: await scanOf(tickets, { $or: [{ number: 3 }, { assignee: 'e1' }] }),
      none: await scanOf(tickets, { unknown: 1 }),
    },
    {
      id: '_id_',
      idAmongOthers: '_id_',
      equality: 'queue',
      equalityAndRange: 'queue',
      equalityAndOrder: 'queue',
      equalityAndOrderBackwards: 'queue',
      severalValues: 'queue',
      unique: 'number',
      sparseWithValue: 'assignee',
      sparseWithoutValue: 'COLLSCAN',
      sparseOrder: 'SORT < COLLSCAN',
      partialImplied: 'urgent',
      element: 'tags',
      prefix: 'assignee',
      noPrefix: 'COLLSCAN',
      orderOnly: 'number',
      page: 'page',
      otherOrder: 'SORT < COLLSCAN',
      either: 'OR < number',
      none: 'COLLSCAN',
    },
  );
  const hinted = await tickets.find(open).hint('page').explain('queryPlanner');
  t.equal(hinted.queryPlanner.winningPlan.inputStage.indexName, 'page');
  await t.rejects(tickets.find(open).hint('nothing').toArray(), { code: 2 });
  const run = await tickets.find({ status: 'open', opened: { $gte: 590 } }).explain('executionStats');
  t.match(run.executionStats, { nReturned: 3, totalKeysExamined: 3, totalDocsExamined: 3 });
  const aggregated = await tickets
    .aggregate([{ $match: { number: 4 } }, { $group: { _id: '$status' } }])
    .explain('queryPlanner');
  t.equal(aggregated.stages[0].$cursor.queryPlanner.winningPlan.inputStage.indexName, 'number');
});

t.test(
  'one element of an array, or one of several values, keeps the order of the fields after it',
  async (t) => {
    const { db } = await startTestNode(t);
    const tickets = db.collection<Row>('tickets');
    await tickets.createIndexes([
      { key: { tags: 1, at: -1 }, name: 'tags' },
      { key: { status: 1, at: -1 }, name: 'queue' },
      { key: { assignee: 1, at: 1 }, name: 'assignee' },
    ]);
    const total = 3000;
    await tickets.insertMany(
      Array.from({ length: total }, (_, i) => ({
        _id: i,
        at: (i * 7919) % total,
        status: ['new', 'open', 'waiting', 'closed'][i % 4],
        assignee: `e${i % 9}`,
        tags: ['all', `t${i % 5}`, ...(i % 3 === 0 ? ['third'] : [])],
      })),
    );
    const waiting: Filter<Row> = { status: { $in: ['waiting', 'new'] } };
    const either: Filter<Row> = { $or: [{ assignee: 'e3' }, { status: 'open' }] };
    t.same(
      {
        tag: await scanOf(tickets, { tags: 'third' }, { at: -1 }),
        tagBackwards: await scanOf(tickets, { tags: 'third', at: { $lt: 1000 } }, { at: 1 }),
        tags: await scanOf(tickets, { tags: { $in: ['t1', 'third'] } }, { at: -1 }, 10),
        byTag: await scanOf(tickets, { tags: 'third' }, { tags: 1 }),
        states: await scanOf(tickets, waiting, { at: -1 }, 10),
        statesOnTheirOwn: await scanOf(tickets, waiting, { status: 1, at: -1 }, 10),
        statesAfterwards: await scanOf(tickets, waiting, { at: -1, status: 1 }, 10),
        either: await scanOf(tickets, either, { at: -1 }, 10),
      },
      {
        tag: 'tags',
        tagBackwards: 'tags',
        tags: 'SORT_MERGE < tags',
        byTag: 'SORT < tags',
        states: 'SORT_MERGE < queue',
        statesOnTheirOwn: 'queue',
        statesAfterwards: 'SORT < queue',
        either: 'SORT_MERGE < assignee',
      },
    );
    const newest = async (filter: Filter<Row>, wanted: (i: number) => boolean) => {
      const found = await tickets.find(filter).sort({ at: -1 }).limit(30).toArray();
      const all = Array.from({ length: total }, (_, i) => i).filter(wanted);
      const expected = all.sort((a, b) => ((b * 7919) % total) - ((a * 7919) % total)).slice(0, 30);
      t.same(
        found.map(({ _id }) => _id),
        expected,
        JSON.stringify(filter),
      );
      return (await tickets.find(filter).sort({ at: -1 }).limit(30).explain('executionStats')).executionStats;
    };
    const tag = await newest({ tags: 'third' }, (i) => i % 3 === 0);
    t.match(tag, { totalKeysExamined: 30, totalDocsExamined: 30 }, 'no more is read than is wanted');
    const tags = await newest({ tags: { $in: ['t1', 'third'] } }, (i) => i % 5 === 1 || i % 3 === 0);
    t.ok(tags.totalDocsExamined < 150, `two tags: ${tags.totalDocsExamined} documents`);
    const states = await newest(waiting, (i) => i % 4 === 0 || i % 4 === 2);
    t.match(states, { totalKeysExamined: 30, totalDocsExamined: 30 });
    const branches = await newest(either, (i) => i % 9 === 3 || i % 4 === 1);
    t.ok(branches.totalDocsExamined < 300, `two branches: ${branches.totalDocsExamined} documents`);
  },
);

t.test('what an index says is counted without reading documents', async (t) => {
  const { db } = await startTestNode(t);
  const many = db.collection<Row>('many');
  await many.createIndexes([{ key: { kind: 1, at: 1 } }, { key: { words: 1 } }]);
  const total = 45_000;
  for (let first = 0; first < total; first += 5000) {
    const batch = Array.from({ length: 5000 }, (_, i) => first + i);
    await many.insertMany(
      batch.map((_id) => ({ _id, kind: _id % 2, at: _id, words: ['w', `w${_id % 3}`], other: _id % 10 })),
    );
  }
  const counted = async (filter: Filter<Row>, options: { skip?: number; limit?: number } = {}) => {
    const { skip, limit } = options;
    const pipeline = [
      { $match: filter },
      ...(skip ? [{ $skip: skip }] : []),
      ...(limit ? [{ $limit: limit }] : []),
      { $group: { _id: 1, n: { $sum: 1 } } },
    ];
    const plan = await many.aggregate(pipeline).explain('executionStats');
    const { totalKeysExamined, totalDocsExamined } = plan.stages[0].$cursor.executionStats;
    const count = await many.countDocuments(filter, options);
    t.equal(await db.command({ count: 'many', query: filter, ...options }).then(({ n }) => n), count);
    return { count, keys: totalKeysExamined, documents: totalDocsExamined };
  };
  t.same(
    {
      everything: await counted({}),
      equality: await counted({ kind: 1 }),
      range: await counted({ kind: 0, at: { $gte: 100, $lt: 200 } }),
      cut: await counted({ kind: 1 }, { skip: 5, limit: 100 }),
      element: await counted({ words: 'w1' }),
      elements: await counted({ words: { $in: ['w0', 'w'] } }),
      none: await counted({ kind: 7 }),
      constant: await counted({ $expr: { $eq: [1, 2] } }, { limit: 10 }),
    },
    {
      everything: { count: total, keys: 0, documents: 0 },
      equality: { count: total / 2, keys: total / 2, documents: 0 },
      range: { count: 50, keys: 50, documents: 0 },
      cut: { count: 100, keys: 105, documents: 0 },
      element: { count: total / 3, keys: total / 3, documents: 0 },
      elements: { count: total, keys: total + total / 3, documents: 0 },
      none: { count: 0, keys: 0, documents: 0 },
      constant: { count: 0, keys: 0, documents: total },
    },
  );
  const other = await counted({ kind: 1, other: 3 }, { limit: 20 });
  t.ok(other.count === 20 && other.documents < 1000, `a limit ends it early: ${other.documents} documents`);
});

const small = fc.oneof(
  fc.constantFrom(null, 0, 1, 2, 3, 1.5, 'a', 'ab', 'b', '', true, false, new Date(0), new Date(1)),
  fc.integer({ min: -3, max: 3 }),
);
const part = fc.record(
  { x: fc.oneof(small, fc.array(small, { maxLength: 2 })), y: small },
  { requiredKeys: [] },
);
const inside = fc.oneof(
  { weight: 4, arbitrary: small },
  { weight: 3, arbitrary: fc.array(small, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ x: small, y: small }, { requiredKeys: [] }) },
  { weight: 2, arbitrary: fc.array(fc.oneof(small, part), { maxLength: 3 }) },
);
const document = fc.record({ a: inside, b: inside, c: small }, { requiredKeys: [] });
const condition = fc.oneof(
  small,
  fc.record({ $gt: small }),
  fc.record({ $gte: small, $lt: small }),
  fc.record({ $lte: small }),
  fc.record({ $gt: small, $lt: small }),
  fc.record({ $in: fc.array(small, { maxLength: 4 }) }),
  fc.record({ $nin: fc.array(small, { maxLength: 2 }) }),
  fc.record({ $ne: small }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $all: fc.array(small, { minLength: 1, maxLength: 2 }) }),
  fc.record({ $size: fc.nat(2) }),
  fc.record({ $elemMatch: fc.record({ $gt: small }) }),
  fc.record({ $elemMatch: fc.record({ $gte: small, $lt: small }) }),
  fc.record({ $elemMatch: fc.record({ $in: fc.array(small, { maxLength: 2 }) }) }),
  fc.array(small, { maxLength: 2 }),
  fc.constantFrom(/^a/, /b$/),
);
const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y', 'b.x', 'a.0');
const flat = fc.dictionary(path, condition, { maxKeys: 3 });
const either = fc.record({ $or: fc.array(flat, { minLength: 1, maxLength: 3 }) });
const filter = fc.oneof(
  flat,
  either,
  fc.tuple(flat, either).map(([all, one]) => ({ ...all, ...one })),
);
const sorting = fc.tuple(
  fc.uniqueArray(fc.tuple(path, fc.constantFrom(1 as const, -1 as const)), {
    maxLength: 2,
    selector: ([field]) => field,
  }),
  fc.constantFrom(1 as const, -1 as const),
);
const INDEXES: readonly Document[] = [
  { key: { 'a.x': 1, 'a.y': -1, c: 1 } },
  { key: { 'a.y': 1, a: 1 } },
  { key: { a: 1, _id: 1 } },
  { key: { a: 1, c: -1, _id: -1 } },
  { key: { c: 1, a: 1, _id: 1 } },
  { key: { b: -1, _id: 1 } },
  { key: { a: 1 } },
  { key: { a: -1, c: 1, _id: 1 } },
  { key: { c: 1, b: -1, _id: -1 } },
  { key: { c: -1, _id: -1 } },
  { key: { 'a.x': 1 }, sparse: true },
  { key: { 'b.x': 1, c: -1 } },
  { key: { c: 1 }, name: 'positive', partialFilterExpression: { c: { $gt: 0 } } },
  { key: { b: 1 }, name: 'withB', partialFilterExpression: { b: { $exists: true } } },
];

t.test('with indexes and without, the answers are the same', async (t) => {
  const { db } = await startTestNode(t);
  let run = 0;
  let served = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { minLength: 1, maxLength: 25 }),
      fc.array(
        fc.tuple(filter, sorting, fc.record({ skip: fc.nat(3), limit: fc.integer({ min: 1, max: 6 }) })),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      fc.subarray([...INDEXES], { minLength: 1 }),
      async (documents, queries, indexes) => {
        run += 1;
        const plain = db.collection<Row>(`plain${run}`);
        const indexed = db.collection<Row>(`indexed${run}`);
        const rows = documents.map((content, _id) => ({ _id, ...content }));
        await plain.insertMany(structuredClone(rows));
        const [early, late] = [rows.slice(0, rows.length / 2), rows.slice(rows.length / 2)];
        if (early.length > 0) await indexed.insertMany(early);
        await indexed.createIndexes(indexes.map(({ key, ...options }) => ({ key, ...options })));
        const others = documents.toReversed();
        for (const [i, { _id }] of late.entries()) await indexed.insertOne({ ...others[i], _id });
        await indexed.bulkWrite(
          late.map((row) => ({ replaceOne: { filter: { _id: row._id }, replacement: row } })),
        );
        await indexed.updateMany({}, { $set: { touched: true } });
        for (const [query, [order, idDirection], window] of queries) {
          const sort = Object.fromEntries([...order, ['_id', idDirection] as const]);
          const expected = await plain.find(query).sort(sort).toArray();
          const read = (options: FindOptions) =>
            indexed.find(query, { projection: { touched: 0 }, sort, ...options }).toArray();
          const { skip, limit } = window;
          const same = (actual: unknown, wanted: unknown, what: object) =>
            isDeepStrictEqual(actual, wanted) || t.same(actual, wanted, JSON.stringify({ ...what, indexes }));
          same(await read({}), expected, { query, sort });
          same(await read(window), expected.slice(skip, skip + limit), { query, sort, window });
          same(await indexed.countDocuments(query), expected.length, { query });
          const cut = Math.min(Math.max(0, expected.length - skip), limit);
          same(await indexed.countDocuments(query, window), cut, { query, window });
          served += (await scanOf(indexed, query, sort)).includes('SCAN') ? 0 : 1;
        }
        await plain.drop();
        await indexed.drop();
      },
    ),
    { numRuns: 60 },
  );
  t.ok(served > 100, `indexes served ${served} queries`);
});
