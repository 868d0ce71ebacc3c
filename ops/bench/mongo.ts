import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyBulkWriteOperation, type Collection, MongoClient } from 'mongodb';
import { startMongoProcess } from './node-processes.ts';
import { type BenchResults, summarize } from './results.ts';

const STATUSES = ['new', 'open', 'waiting', 'resolved', 'closed'] as const;
const BATCH = 1000;

/** About what a queue shows of a ticket. */
type Row = {
  _id: string;
  revision: number;
  number: number;
  status: string;
  team: string;
  openedAt: Date;
  minutes: number;
  subject: string;
};

export type MongoBenchOptions = {
  /** Documents in the collection that is read; a million when left out. */
  readonly documents?: number;
};

/**
 * Measures the embedded MongoDB node, in a process of its own, through the official driver.
 *
 * `insert` and `guarded_bulk` have one sample for each 10,000 documents; a sample of `point_read_p50` and
 * `indexed_range_p50` is the median of a hundred reads.
 */
export async function runMongoBench(options: MongoBenchOptions = {}): Promise<BenchResults> {
  const documents = options.documents ?? 1_000_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-bench-'));
  const node = await startMongoProcess(dataDir);
  const client = await MongoClient.connect(node.url);
  try {
    const rows = client.db('bench').collection<Row>('tickets');
    await rows.createIndex({ status: 1, openedAt: -1 });
    await rows.createIndex({ team: 1 });
    const insert = await inserts(rows, documents);
    const point = await reads(20, (i) => rows.findOne({ _id: `ticket-${(i * 7919) % documents}` }));
    const range = await reads(20, (i) => queuePage(rows, i, documents));
    const aggregate = await aggregations(client.db('bench').collection<Row>('hundred'));
    const guarded = await guardedBulks(client.db('bench').collection<Row>('guarded'));
    return {
      insert: summarize(insert, 'documents/s'),
      guarded_bulk: summarize(guarded, 'documents/s'),
      point_read_p50: summarize(point, 'ms'),
      indexed_range_p50: summarize(range, 'ms'),
      aggregate_100k: summarize(aggregate, 'ms'),
    };
  } finally {
    await client.close();
    await node.stop();
    await rm(dataDir, { recursive: true });
  }
}

function row(i: number): Row {
  return {
    _id: `ticket-${i}`,
    revision: 0,
    number: i,
    status: STATUSES[i % STATUSES.length] ?? 'new',
    team: `team-${i % 50}`,
    openedAt: new Date(1_700_000_000_000 + i * 1000),
    minutes: (i * 31) % 5000,
    subject: `The printer on floor ${i % 40} of building ${i % 9} prints every page twice since this morning`,
  };
}

const batchOf = (first: number): Row[] => Array.from({ length: BATCH }, (_, i) => row(first + i));

/** Two batches are on their way at a time, as a projection would have them. */
async function inserts(rows: Collection<Row>, documents: number): Promise<number[]> {
  const samples: number[] = [];
  for (let first = 0; first < documents; first += BATCH * 10) {
    const started = performance.now();
    for (let at = first; at < first + BATCH * 10; at += BATCH * 2) {
      await Promise.all([rows.insertMany(batchOf(at)), rows.insertMany(batchOf(at + BATCH))]);
    }
    samples.push((BATCH * 10 * 1000) / (performance.now() - started));
  }
  return samples;
}

async function reads(samples: number, read: (i: number) => Promise<unknown>): Promise<number[]> {
  const medians: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const times: number[] = [];
    for (let i = 0; i < 100; i++) {
      const started = performance.now();
      await read(sample * 100 + i);
      times.push(performance.now() - started);
    }
    medians.push(times.toSorted((a, b) => a - b)[50] ?? 0);
  }
  return medians;
}

/** A page of a queue: one status, from a day on, newest first. */
function queuePage(rows: Collection<Row>, i: number, documents: number): Promise<Row[]> {
  const before = row((i * 7919) % documents).openedAt;
  return rows
    .find({ status: STATUSES[i % STATUSES.length] ?? 'new', openedAt: { $lte: before } })
    .sort({ openedAt: -1 })
    .limit(20)
    .toArray();
}

async function aggregations(rows: Collection<Row>): Promise<number[]> {
  for (let first = 0; first < 100_000; first += BATCH) await rows.insertMany(batchOf(first));
  const samples: number[] = [];
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    await rows
      .aggregate([
        { $match: { minutes: { $gte: 0 } } },
        {
          $group: {
            _id: { team: '$team', status: '$status' },
            count: { $sum: 1 },
            mean: { $avg: '$minutes' },
          },
        },
        { $sort: { count: -1 } },
      ])
      .toArray();
    samples.push(performance.now() - started);
  }
  return samples;
}

/** Upserts guarded by the revision, as projections write: the first round makes the documents. */
async function guardedBulks(rows: Collection<Row>): Promise<number[]> {
  const samples: number[] = [];
  for (let round = 0; round < 6; round++) {
    const started = performance.now();
    for (let first = 0; first < BATCH * 10; first += BATCH) {
      await rows.bulkWrite(
        batchOf(first).map((content) => guarded(content, round)),
        { ordered: false },
      );
    }
    samples.push((BATCH * 10 * 1000) / (performance.now() - started));
  }
  return samples;
}

function guarded({ _id, revision: _, ...content }: Row, round: number): AnyBulkWriteOperation<Row> {
  return {
    updateOne: {
      filter: { _id, revision: round },
      update: { $set: { ...content, revision: round + 1 } },
      upsert: true,
    },
  };
}
