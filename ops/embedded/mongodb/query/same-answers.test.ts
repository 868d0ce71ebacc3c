// Whatever is in a collection, whatever is asked and whatever indexes there are: made up by chance.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Document, FindOptions } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../testing/start-node.ts';
import { scanOf } from './testing/scan-of.ts';

type Row = Document & { _id: number };

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
