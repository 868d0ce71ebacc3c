import type { Document, Filter } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../testing/start-node.ts';

type Row = Document & { _id: number };

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
