import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { collectionName, type PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { connectClient } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { SystemUrls } from '../start/plan.ts';
import { flood } from './flow/flood.ts';
import { Tally } from './flow/tally.ts';
import { TicketWatch } from './flow/ticket-watch.ts';
import { folderSize } from './footprint/folder-size.ts';
import { startByNpm } from './footprint/npm-start.ts';
import { memoryOfTree, type ProcessMemory } from './footprint/process-memory.ts';
import { type BenchResults, summarize } from './results.ts';

const STARTS = 3;
const CLIENTS = 16;
const LOOK_MS = 200;
/** What was needed to start, or for the last issue, has been collected by then. */
const SETTLE_MS = 20_000;
const MODULES = join(import.meta.dirname, '..', '..', '..', 'node_modules');

/**
 * What `npm start` takes: seconds to ready, memory of all of its processes idle and after ten thousand issues
 * (`--issues` for another number), and the room on disk.
 */
export async function runFootprintBench(args: readonly string[]): Promise<BenchResults> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, issues: { type: 'string', default: '10000' } },
  });
  const issues = Number(values.issues);
  if (!Number.isSafeInteger(issues) || issues < 1)
    throw new RangeError('--issues takes a whole number from 1.');

  const seconds: number[] = [];
  for (let turn = 1; turn < STARTS; turn += 1) {
    seconds.push(await inFolder(async (dataDir) => readyAndStopped(dataDir)));
  }
  return inFolder(async (dataDir) => {
    const started = await startByNpm(dataDir);
    try {
      await pause(SETTLE_MS);
      const idle = await memoryOfTree(started.pid);
      await report(started.urls, issues);
      await pause(SETTLE_MS);
      const loaded = await memoryOfTree(started.pid);
      return {
        ready: summarize([...seconds, started.seconds], 's'),
        ...memoryResults('idle', idle),
        ...memoryResults('loaded', loaded),
        node_modules: summarize([await folderSize(MODULES)], 'MB'),
        data: summarize([await folderSize(dataDir)], 'MB'),
      };
    } finally {
      await started.stop();
    }
  });
}

async function inFolder<Result>(use: (dataDir: string) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'footprint-bench-'));
  try {
    return await use(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function readyAndStopped(dataDir: string): Promise<number> {
  const { seconds, stop } = await startByNpm(dataDir);
  await stop();
  return seconds;
}

/** Reports issues as fast as the form takes them, until each has its ticket and its confirmation. */
async function report(urls: SystemUrls, issues: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const mongo = new MongoClient(urls.mongo, { appName: 'bench' });
  const store = connectClient(urls.eventstore, 'bench');
  const tickets = mongo.db().collection<PlainDocument>(collectionName(TICKETS));
  const watch = new TicketWatch(tickets, LOOK_MS);
  try {
    await flood(urls.customer, agent, watch, new Tally(store), { issues, clients: CLIENTS });
    if (watch.missing > 0) throw new Error(`${watch.missing} of ${issues} tickets did not come.`);
  } finally {
    await watch.stop();
    agent.destroy();
    await mongo.close();
    await store.dispose();
  }
}

function memoryResults(when: 'idle' | 'loaded', processes: readonly ProcessMemory[]): BenchResults {
  const total = processes.reduce((sum, { mb }) => sum + mb, 0);
  const each = processes
    .toSorted((a, b) => b.mb - a.mb)
    .map(({ name, mb }) => [`rss_${name}_${when}`, summarize([mb], 'MB')] as const);
  return { [`rss_total_${when}`]: summarize([total], 'MB'), ...Object.fromEntries(each) };
}
