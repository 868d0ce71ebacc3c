import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTestStore } from '../system-tests/testing/connect-test-store.ts';
import { startMongoProcess, startStoreProcess } from './node-processes.ts';
import { preload } from './rebuild/preload.ts';
import type { Rebuilt } from './rebuild/rebuild-process.ts';
import { type BenchResults, summarize } from './results.ts';

export type RebuildBenchOptions = {
  /** Events of the small and of the large store. */
  readonly few?: number;
  readonly many?: number;
  readonly rounds?: { readonly few: number; readonly many: number };
};

/**
 * Rebuilds all read models in one pass, first from a store of a hundred thousand events, then from one of a million. Both
 * nodes and the rebuild have processes of their own. Each round has a database of its own.
 */
export async function runRebuildBench(options: RebuildBenchOptions = {}): Promise<BenchResults> {
  const { few = 100_000, many = 1_000_000, rounds = { few: 3, many: 3 } } = options;
  const dir = await mkdtemp(join(tmpdir(), 'rebuild-bench-'));
  const node = await startStoreProcess(join(dir, 'eventstore'));
  const mongo = await startMongoProcess(join(dir, 'mongodb'));
  const store = connectTestStore(node.url);
  const measure = async (label: string, count: number) => {
    const found: Rebuilt[] = [];
    for (let round = 0; round < count; round += 1) {
      found.push(await rebuildOnce(node.url, `${mongo.url}/${label}${round}`));
    }
    return found;
  };
  try {
    await preload(store, few);
    await measure('warm-up', 1);
    const small = await measure('few', rounds.few);
    await preload(store, many - few);
    const large = await measure('many', rounds.many);
    const rate = ({ events, seconds }: Rebuilt) => events / seconds;
    return {
      events_100k: summarize(small.map(rate), 'events/s'),
      events_1m: summarize(large.map(rate), 'events/s'),
      rss_peak: summarize(
        large.map(({ peakMb }) => peakMb),
        'MB',
      ),
    };
  } finally {
    await store.close();
    await mongo.stop();
    await node.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function rebuildOnce(storeUrl: string, mongoUrl: string): Promise<Rebuilt> {
  const child = fork(join(import.meta.dirname, 'rebuild/rebuild-process.js'), [storeUrl, mongoUrl]);
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The rebuild ended with ${code}.`);
  });
  const told: [Rebuilt] | unknown[] = await Promise.race([once(child, 'message'), exited]);
  exited.catch(() => undefined);
  const [rebuilt] = told as [Rebuilt]; // What our own process sends.
  await once(child, 'exit');
  return rebuilt;
}
