import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventStoreDBClient,
  type JSONEventData,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import { memoryOf } from './memory.ts';
import { startStoreProcess } from './node-processes.ts';
import { type BenchResults, percentile, summarize } from './results.ts';

const RUNS = 3;
const PADDING = 'x'.repeat(470);

/** An event of about 500 bytes of JSON. */
function event(number: number): JSONEventData {
  return jsonEvent({ type: 'Measured', data: { number, text: PADDING } });
}

function events(count: number): JSONEventData[] {
  return Array.from({ length: count }, (_, number) => event(number));
}

/** Items in a second. */
async function rate(items: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (items * 1000) / (performance.now() - start);
}

/** Measures a fresh node on disk through the official client, several times. */
export async function runStoreBench(): Promise<BenchResults> {
  const measured = new Map<string, { values: number[]; unit: string }>();
  const note = (key: string, value: number, unit: string): void => {
    const entry = measured.get(key) ?? { values: [], unit };
    entry.values.push(value);
    measured.set(key, entry);
  };
  for (let run = 0; run < RUNS; run += 1) {
    const dir = await mkdtemp(join(tmpdir(), 'store-bench-'));
    try {
      await measureOnce(dir, note);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  return Object.fromEntries([...measured].map(([key, { values, unit }]) => [key, summarize(values, unit)]));
}

type Note = (key: string, value: number, unit: string) => void;

async function measureOnce(dir: string, note: Note): Promise<void> {
  const starting = performance.now();
  const node = await startStoreProcess(dir);
  const client = EventStoreDBClient.connectionString(node.url);
  await client.appendToStream('first', event(0));
  note('start_to_append', performance.now() - starting, 'ms');
  note('rss_idle', memoryOf(node.pid, 'resident'), 'MB');
  await measureAppends(client, note);
  await measureReads(client, note);
  await measureGroup(client, 10, 'persistent_default_buffer', note);
  await measureGroup(client, 500, 'persistent_buffer_500', note);
  await measureLatency(client, note);
  note('rss_after', memoryOf(node.pid, 'resident'), 'MB');
  note('anonymous_after', memoryOf(node.pid, 'anonymous'), 'MB');
  await client.dispose();
  await node.stop();
}

async function measureAppends(client: EventStoreDBClient, note: Note): Promise<void> {
  const sequential = await rate(1000, async () => {
    for (let number = 0; number < 1000; number += 1) await client.appendToStream('sequential', event(number));
  });
  note('append_sequential', sequential, 'events/s');
  let next = 0;
  const concurrent = await rate(8000, () =>
    Promise.all(
      Array.from({ length: 64 }, async () => {
        while (next < 8000) await client.appendToStream(`concurrent-${next++}`, event(next));
      }),
    ),
  );
  note('append_64_concurrent', concurrent, 'events/s');
  const batch = events(500);
  const batches = await rate(20_000, async () => {
    for (let count = 0; count < 40; count += 1) await client.appendToStream('batches', fresh(batch));
  });
  note('append_batch_500', batches, 'events/s');
}

/** The same events under new ids: a repeated id would not be written again. */
function fresh(batch: readonly JSONEventData[]): JSONEventData[] {
  return batch.map(({ data, type }) => jsonEvent({ type, data }));
}

async function measureReads(client: EventStoreDBClient, note: Note): Promise<void> {
  for (let count = 0; count < 20; count += 1) await client.appendToStream('read', events(500));
  const one = await rate(10_000, () => count(client.readStream('read')));
  note('read_stream_10k', one, 'events/s');
  for (let count = 0; count < 130; count += 1) await client.appendToStream(`fill-${count % 7}`, events(500));
  const all = await rate(100_000, () => count(client.readAll({ maxCount: 100_000 })));
  note('read_all_100k', all, 'events/s');
  const subscription = client.subscribeToAll({ fromPosition: START });
  const subscribed = await rate(100_000, () => arrivals(subscription, 100_000));
  await subscription.unsubscribe();
  note('subscribe_all_100k', subscribed, 'events/s');
}

async function count(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

/** Resolves when a subscription has brought so many events. */
function arrivals<Item>(source: Arriving<Item>, count: number, each?: (item: Item) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = 0;
    source.on('error', reject);
    source.on('data', (item: Item) => {
      each?.(item);
      seen += 1;
      if (seen === count) resolve();
    });
  });
}

type Arriving<Item> = {
  on(event: 'data', listener: (item: Item) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

async function measureGroup(
  client: EventStoreDBClient,
  bufferSize: number,
  key: string,
  note: Note,
): Promise<void> {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  await client.createPersistentSubscriptionToStream('read', key, settings);
  const subscription = client.subscribeToPersistentSubscriptionToStream('read', key, { bufferSize });
  const speed = await rate(10_000, () =>
    arrivals<ResolvedEvent>(subscription, 10_000, (resolved) => void subscription.ack(resolved)),
  );
  await subscription.unsubscribe();
  note(key, speed, 'events/s');
}

/** From the append call to the handler of a persistent subscription, at a pace that queues nothing. */
async function measureLatency(client: EventStoreDBClient, note: Note): Promise<void> {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  await client.createPersistentSubscriptionToStream('latency', 'latency', settings);
  const subscription = client.subscribeToPersistentSubscriptionToStream('latency', 'latency');
  const latencies: number[] = [];
  let arrived: (() => void) | undefined;
  subscription.on('data', (resolved) => {
    arrived?.();
    void subscription.ack(resolved);
  });
  for (let number = 0; number < 500; number += 1) {
    const start = performance.now();
    const delivered = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await Promise.all([client.appendToStream('latency', event(number)), delivered]);
    latencies.push(performance.now() - start);
  }
  await subscription.unsubscribe();
  note('persistent_latency_p50', percentile(latencies, 0.5), 'ms');
  note('persistent_latency_p99', percentile(latencies, 0.99), 'ms');
}
