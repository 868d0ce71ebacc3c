import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Collection, Document, Filter, Sort } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../test-node.ts';

/** The scan that a plan comes down to: the name of its index, or the whole collection. */
async function scanOf<T extends Document>(
  collection: Collection<T>,
  filter: Filter<T>,
  sort: Sort = {},
  limit = 0,
): Promise<string> {
  const plan = await collection.find(filter).sort(sort).limit(limit).explain('queryPlanner');
  const stages: string[] = [];
  for (let stage = plan.queryPlanner.winningPlan; stage; stage = stage.inputStage) {
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
      either: 'OR',
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

type Row = Document & { _id: number };

const small = fc.oneof(
  fc.constantFrom(null, 0, 1, 2, 3, 1.5, 'a', 'ab', 'b', '', true, false, new Date(0), new Date(1)),
  fc.integer({ min: -3, max: 3 }),
);
const inside = fc.oneof(
  { weight: 4, arbitrary: small },
  { weight: 1, arbitrary: fc.array(small, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ x: small }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.array(fc.record({ x: small }, { requiredKeys: [] }), { maxLength: 3 }) },
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
  fc.array(small, { maxLength: 2 }),
  fc.constantFrom(/^a/, /b$/),
);
const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'b.x', 'a.0');
const flat = fc.dictionary(path, condition, { maxKeys: 3 });
const filter = fc.oneof(flat, fc.record({ $or: fc.array(flat, { minLength: 1, maxLength: 2 }) }));
const sorting = fc.tuple(
  fc.uniqueArray(fc.tuple(path, fc.constantFrom(1 as const, -1 as const)), {
    maxLength: 2,
    selector: ([field]) => field,
  }),
  fc.constantFrom(1 as const, -1 as const),
);
const INDEXES: readonly Document[] = [
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
      fc.array(fc.tuple(filter, sorting), { minLength: 1, maxLength: 12 }),
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
        if (late.length > 0) await indexed.insertMany(late);
        await indexed.updateMany({}, { $set: { touched: true } });
        for (const [query, [order, idDirection]] of queries) {
          const sort = Object.fromEntries([...order, ['_id', idDirection] as const]);
          const expected = await plain.find(query).sort(sort).toArray();
          const actual = await indexed
            .find(query, { projection: { touched: 0 } })
            .sort(sort)
            .toArray();
          if (!isDeepStrictEqual(actual, expected))
            t.same(actual, expected, JSON.stringify({ query, sort, indexes }));
          const count = await indexed.countDocuments(query);
          if (count !== expected.length) t.equal(count, expected.length, JSON.stringify({ query, indexes }));
          served += (await scanOf(indexed, query, sort)).includes('SCAN') ? 0 : 1;
        }
        await plain.drop();
        await indexed.drop();
      },
    ),
    { numRuns: 80 },
  );
  t.ok(served > 100, `indexes served ${served} queries`);
});
