import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { EventStore, newEvent } from '../embedded/eventstore/core/event-store.ts';
import { memoryOf } from './memory.ts';
import { startStoreProcess } from './node-processes.ts';
import { type BenchResults, type Measured, summarize } from './results.ts';

const SIZES = [10_000, 100_000, 1_000_000, 5_000_000];
/** Every stream has ten events: 5 million events are 500,000 streams. */
const EVENTS_PER_STREAM = 10;
const SAMPLE = 2000;
const RUNS = 3;
const DATA = Buffer.from(JSON.stringify({ text: 'x'.repeat(480) }));

/** How appending, reading and memory change with what is stored: flat is the goal. Takes several minutes. */
export async function runStoreGrowthBench(): Promise<BenchResults> {
  const results: Record<string, Measured> = {};
  const dir = await mkdtemp(join(tmpdir(), 'store-growth-'));
  try {
    let stored = 0;
    for (const size of SIZES) {
      await fill(dir, stored, size);
      stored = size;
      await measure(dir, size, results);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return results;
}

/** Straight into the files: through the protocol it would take much longer and say nothing more. */
async function fill(dir: string, from: number, to: number): Promise<void> {
  const store = await EventStore.open({ dir, links: 'standard' });
  const streams = to / EVENTS_PER_STREAM;
  for (let start = from; start < to; start += 500) {
    const appends = Array.from({ length: 500 }, (_, offset) =>
      store.append(`stored-${(start + offset) % streams}`, { kind: 'any' }, [newEvent('Stored', DATA)]),
    );
    await Promise.all(appends);
  }
  await store.close();
}

async function measure(dir: string, size: number, results: Record<string, Measured>): Promise<void> {
  const starting = performance.now();
  const node = await startStoreProcess(dir);
  results[`start_at_${size}`] = summarize([performance.now() - starting], 'ms');
  const client = EventStoreDBClient.connectionString(node.url);
  const appends: number[] = [];
  const reads: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    appends.push(await rate(() => append(client, run)));
    reads.push(await rate(() => readStreams(client, size / EVENTS_PER_STREAM, run)));
  }
  results[`append_at_${size}`] = summarize(appends, 'appends/s');
  results[`read_at_${size}`] = summarize(reads, 'streams/s');
  results[`anonymous_at_${size}`] = summarize([memoryOf(node.pid, 'anonymous')], 'MB');
  await client.dispose();
  await node.stop();
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (SAMPLE * 1000) / (performance.now() - start);
}

/** 64 at once, each to a stream of its own. */
async function append(client: EventStoreDBClient, run: number): Promise<void> {
  let next = 0;
  const workers = Array.from({ length: 64 }, async () => {
    while (next < SAMPLE) {
      const stream = `measured-${run}-${next++}`;
      await client.appendToStream(stream, jsonEvent({ type: 'Measured', data: { text: 'x'.repeat(480) } }));
    }
  });
  await Promise.all(workers);
}

/** Whole streams, from all over the log. */
async function readStreams(client: EventStoreDBClient, streams: number, run: number): Promise<void> {
  let next = 0;
  const workers = Array.from({ length: 16 }, async () => {
    while (next < SAMPLE) {
      const stream = `stored-${(next++ * 7919 + run) % streams}`;
      for await (const _ of client.readStream(stream));
    }
  });
  await Promise.all(workers);
}
