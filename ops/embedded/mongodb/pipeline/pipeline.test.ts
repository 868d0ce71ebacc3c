// Longer than other files because of the table of pipelines, which is best read as one.
import type { Document } from 'mongodb';
import t from 'tap';
import { startTestNode } from '../testing/start-node.ts';
import { fillTickets, TICKETS } from '../testing/tickets.ts';

/** Each: a pipeline over the tickets, and what it gives. */
const CASES: Readonly<Record<string, readonly [Document[], Document[]]>> = {
  passThrough: [[{ $match: { team: 'a' } }, { $sort: { _id: -1 } }, { $limit: 1 }], TICKETS.slice(1, 2)],
  groupAndSort: [
    [
      { $group: { _id: '$team', n: { $sum: 1 }, sum: { $sum: '$minutes' }, avg: { $avg: '$minutes' } } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 'a', n: 2, sum: 40, avg: 20 },
      { _id: 'b', n: 2, sum: 20, avg: 20 },
    ],
  ],
  accumulators: [
    [
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: null,
          min: { $min: '$minutes' },
          max: { $max: '$minutes' },
          first: { $first: '$who' },
          last: { $last: '$who' },
          all: { $push: '$_id' },
          who: { $addToSet: '$who' },
          n: { $count: {} },
          median: { $median: { input: '$minutes', method: 'approximate' } },
        },
      },
    ],
    [
      {
        _id: null,
        min: 10,
        max: 30,
        first: 'ann',
        last: 'cid',
        all: [1, 2, 3, 4],
        who: ['ann', 'bob', 'cid'],
        n: 4,
        median: 20,
      },
    ],
  ],
  groupByDocument: [
    [{ $group: { _id: { team: '$team', state: '$state' }, n: { $sum: 1 } } }, { $sort: { n: -1, _id: 1 } }],
    [
      { _id: { team: 'b', state: 'open' }, n: 2 },
      { _id: { team: 'a', state: 'done' }, n: 1 },
      { _id: { team: 'a', state: 'open' }, n: 1 },
    ],
  ],
  volumesByDay: [
    [
      { $group: { _id: { $dateTrunc: { date: '$at', unit: 'day' } }, n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
      { $project: { _id: 0, day: { $dateToString: { date: '$_id', format: '%Y-%m-%d' } }, n: 1 } },
    ],
    [
      { n: 2, day: '2024-01-01' },
      { n: 1, day: '2024-01-02' },
      { n: 1, day: '2024-01-03' },
    ],
  ],
  volumesByDayInAZone: [
    [
      {
        $group: {
          _id: { $dateTrunc: { date: '$at', unit: 'day', timezone: 'Europe/Prague' } },
          n: { $sum: 1 },
        },
      },
      { $sort: { _id: 1 } },
      {
        $project: {
          _id: 0,
          day: { $dateToString: { date: '$_id', format: '%Y-%m-%d %H:%M', timezone: 'Europe/Prague' } },
          n: 1,
        },
      },
    ],
    [
      { n: 1, day: '2024-01-01 00:00' },
      { n: 2, day: '2024-01-02 00:00' },
      { n: 1, day: '2024-01-03 00:00' },
    ],
  ],
  clocksChange: [
    [
      { $match: { _id: 1 } },
      { $set: { at: new Date('2024-03-31T10:00:00Z') } },
      {
        $project: {
          _id: 0,
          day: { $dateTrunc: { date: '$at', unit: 'day', timezone: 'Europe/Prague' } },
          hour: { $hour: { date: '$at', timezone: 'Europe/Prague' } },
        },
      },
    ],
    [{ day: new Date('2024-03-30T23:00:00Z'), hour: 12 }],
  ],
  unwind: [
    [{ $unwind: '$tags' }, { $group: { _id: '$tags', ids: { $push: '$_id' } } }, { $sort: { _id: 1 } }],
    [
      { _id: 'x', ids: [1] },
      { _id: 'y', ids: [1, 2] },
    ],
  ],
  computed: [
    [
      { $set: { long: { $gte: ['$minutes', 20] }, hours: { $divide: [{ $ifNull: ['$minutes', 0] }, 60] } } },
      { $match: { $expr: { $eq: ['$long', true] } } },
      { $project: { hours: 1 } },
    ],
    [
      { _id: 2, hours: 0.5 },
      { _id: 3, hours: 20 / 60 },
    ],
  ],
  counts: [[{ $match: { state: 'open' } }, { $count: 'open' }], [{ open: 3 }]],
  countsNothing: [[{ $match: { state: 'lost' } }, { $count: 'n' }], []],
  sortByCount: [
    [{ $sortByCount: '$state' }],
    [
      { _id: 'open', count: 3 },
      { _id: 'done', count: 1 },
    ],
  ],
  lookup: [
    [
      { $match: { _id: { $lt: 3 } } },
      { $lookup: { from: 'people', localField: 'who', foreignField: '_id', as: 'person' } },
      { $project: { name: { $first: '$person.name' } } },
    ],
    [
      { _id: 1, name: 'Ann' },
      { _id: 2, name: 'Bob' },
    ],
  ],
  lookupPipeline: [
    [
      { $match: { _id: 3 } },
      {
        $lookup: {
          from: 'tickets',
          let: { team: '$team', id: '$_id' },
          pipeline: [
            { $match: { $expr: { $and: [{ $eq: ['$team', '$$team'] }, { $ne: ['$_id', '$$id'] }] } } },
            { $project: { _id: 1 } },
          ],
          as: 'others',
        },
      },
      { $project: { others: 1 } },
    ],
    [{ _id: 3, others: [{ _id: 4 }] }],
  ],
  union: [
    [
      { $match: { _id: 1 } },
      { $project: { _id: 1 } },
      { $unionWith: { coll: 'people', pipeline: [{ $sort: { _id: 1 } }, { $limit: 1 }] } },
    ],
    [{ _id: 1 }, { _id: 'ann', name: 'Ann' }],
  ],
  facets: [
    [
      {
        $facet: {
          states: [{ $sortByCount: '$state' }],
          longest: [{ $sort: { minutes: -1 } }, { $limit: 1 }, { $project: { _id: 1 } }],
        },
      },
    ],
    [
      {
        states: [
          { _id: 'open', count: 3 },
          { _id: 'done', count: 1 },
        ],
        longest: [{ _id: 2 }],
      },
    ],
  ],
  buckets: [
    [
      { $match: { minutes: { $ne: null } } },
      { $bucket: { groupBy: '$minutes', boundaries: [0, 15, 40], output: { n: { $sum: 1 } } } },
    ],
    [
      { _id: 0, n: 1 },
      { _id: 15, n: 2 },
    ],
  ],
  replaced: [
    [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { tag: { $first: '$tags' } } } }],
    [{ tag: 'x' }],
  ],
};

t.test('pipelines give what MongoDB gives, whatever the batches', async (t) => {
  const { db } = await startTestNode(t);
  await fillTickets(db);
  for (const [name, [pipeline, expected]] of Object.entries(CASES)) {
    t.same(await db.collection('tickets').aggregate(pipeline).toArray(), expected, name);
    t.same(
      await db.collection('tickets').aggregate(pipeline, { batchSize: 1 }).toArray(),
      expected,
      `${name} in batches`,
    );
  }
  await db.collection('tickets').createIndex({ team: 1, state: 1 });
  await db.collection('tickets').createIndex({ who: 1 });
  for (const [name, [pipeline, expected]] of Object.entries(CASES)) {
    t.same(await db.collection('tickets').aggregate(pipeline).toArray(), expected, `${name} with indexes`);
  }
  t.same(await db.aggregate([{ $documents: [{ a: 1 }] }, { $set: { b: 2 } }]).toArray(), [{ a: 1, b: 2 }]);
});
