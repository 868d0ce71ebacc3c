import type { Document, Filter } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../testing/start-node.ts';
import { scanOf } from './testing/scan-of.ts';

type Row = Document & { _id: number };

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
