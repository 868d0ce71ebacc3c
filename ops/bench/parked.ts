// 100,000 messages wait in one group: how long the console's lists and searches take, and what a replay of all needs.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { seedFailures } from '../system-tests/testing/failing-group.ts';
import { openConsole } from '../system-tests/testing/open-console.ts';
import { consume, type TestGroup, testGroup } from '../system-tests/testing/test-group.ts';
import type { Teardown } from '../system-tests/testing/test-store.ts';
import { ownMemory, watchGrowth } from './memory.ts';
import { openBenchStore } from './open-bench-store.ts';
import { type BenchResults, summarize } from './results.ts';

const MESSAGES = 100_000;
const ROUNDS = 11;
const LONG_MS = 900_000;
/** Asking more often would slow down what is measured. */
const POLL_MS = 500;

/** Another number of messages may be given. The node has a process of its own; console and consumer are in this one. */
export async function runParkedBench(args: readonly string[]): Promise<BenchResults> {
  const messages = Number(args.find((arg) => /^\d+$/.test(arg)) ?? MESSAGES);
  const undo: (() => Promise<void>)[] = [];
  const t: Teardown = { teardown: (step) => void undo.unshift(step) };
  try {
    const { store, close } = await openBenchStore('parked');
    undo.push(close);
    return await measure(t, store, messages);
  } finally {
    for (const step of undo) await step();
  }
}

async function measure(t: Teardown, store: EventStore, messages: number): Promise<BenchResults> {
  const group: TestGroup = testGroup(async () => undefined, { order: 'free', bufferSize: 200 });
  await seedFailures(store, group, messages);
  const begun = performance.now();
  const { operator, name, url } = await openConsole(t, store, group);
  const shown = async (path: string) => {
    const page = await operator.open(path);
    if (page.status !== 200) throw new Error(`${path} answers ${page.status}.`);
    return page;
  };
  await shown(`/failed?group=${name}`);
  const ready = (performance.now() - begun) / 1000;
  const data = `/failed?view=list&text=${randomUUID()}`;
  await eventually(
    'the data of all has been read',
    async () => pause(POLL_MS).then(async () => !(await shown(data)).text.includes('has not been read')),
    LONG_MS,
  );
  const searchable = (performance.now() - begun) / 1000;
  const time = async (path: string) => {
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const from = performance.now();
      await (await fetch(new URL(path, url))).arrayBuffer();
      times.push(performance.now() - from);
    }
    return summarize(times, 'ms');
  };
  const list = await time(`/failed?view=list&group=${name}`);
  const byError = await time('/failed');
  const search = await time('/failed?view=list&text=refused&type=IssueClosed');
  const searchData = await time(data);

  const { seconds, growth } = await replayAll(t, store, group, operator);
  return {
    ready: summarize([ready], 's'),
    data_searchable: summarize([searchable], 's'),
    list,
    by_error: byError,
    search,
    search_data: searchData,
    replayed: summarize([messages / seconds], '1/s'),
    rss_growth: summarize([growth], 'MB'),
  };
}

/** Replays all that waits as an operator does, and watches the memory of console and consumer. */
async function replayAll(
  t: Teardown,
  store: EventStore,
  group: TestGroup,
  operator: Awaited<ReturnType<typeof openConsole>>['operator'],
): Promise<{ seconds: number; growth: number }> {
  const confirm = await operator.open(`/failed/replay?group=${group.declaration.name}`);
  const begun = performance.now();
  const { growth } = await watchGrowth(ownMemory, async () => {
    const started = await operator.submit(confirm, '/failed/replay');
    consume(t, store, group);
    const path = new URL(started.url).pathname;
    await eventually(
      'it has ended',
      async () => pause(POLL_MS).then(async () => (await operator.open(path)).text.includes('It has ended.')),
      LONG_MS,
    );
  });
  return { seconds: (performance.now() - begun) / 1000, growth };
}
