import { randomUUID } from 'node:crypto';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { startConsumer } from '../../shared-contracts/runtime/consumer/start-consumer.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { createLogger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { Ledger } from '../recovery/ledger/ledger.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { watchReplay } from '../recovery/replay/progress.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { closed, testGroup } from '../system-tests/testing/test-group.ts';
import { ownMemory, watchGrowth } from './memory.ts';
import { openBenchStore } from './open-bench-store.ts';
import { type BenchResults, summarize } from './results.ts';

const RUNS = 3;
const MESSAGES = 10_000;
const EVENTS_A_STREAM = 250;
const PARKING_LIMIT_MS = 120_000;

/**
 * Lets an unordered group park its messages, and replays all of them with a handler that succeeds: from asking for it to
 * the last `MessageRecovered`. The node has a process of its own; consumer and recovery are in this one, whose memory is
 * watched.
 */
export async function runReplayBench(): Promise<BenchResults> {
  const rates: number[] = [];
  const growths: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { store, close } = await openBenchStore('replay');
    try {
      const { rate, growth } = await measureOnce(store);
      rates.push(rate);
      growths.push(growth);
    } finally {
      await close();
    }
  }
  return { replayed: summarize(rates, '1/s'), rss_growth: summarize(growths, 'MB') };
}

async function measureOnce(store: EventStore): Promise<{ rate: number; growth: number }> {
  let failing = true;
  const group = testGroup(
    async () => {
      if (failing) throw new PermanentFailure('refused', 'Refused, to be replayed.');
    },
    { order: 'free', bufferSize: 200 },
  );
  const { declaration } = group;
  const recovery = { store, group: declaration, ledger: new Ledger(store, declaration.name) };
  const consumer = startConsumer({ store, logger: createLogger('bench', 'silent', 'json') }, group);
  try {
    for (let done = 0; done < MESSAGES; done += EVENTS_A_STREAM) {
      const events = Array.from({ length: EVENTS_A_STREAM }, () => closed());
      await store.append(group.stream(), events, 'none');
    }
    await untilParked(recovery);
    failing = false;
    return await measureReplay(recovery);
  } finally {
    await consumer.close();
  }
}

async function untilParked({ ledger }: Recovery): Promise<void> {
  const all = async () => {
    await ledger.readToEnd();
    return ledger.index.count('waiting') === MESSAGES;
  };
  await eventually('all are parked', all, PARKING_LIMIT_MS);
}

async function measureReplay(recovery: Recovery): Promise<{ rate: number; growth: number }> {
  const begun = performance.now();
  const commandId = randomUUID();
  const { result: recovered, growth } = await watchGrowth(ownMemory, async () => {
    await startReplay(recovery, {}, { by: 'operator:bench', commandId });
    await carryOut(recovery, commandId);
    let done = 0;
    for await (const progress of watchReplay(recovery, commandId)) done = progress.recovered;
    return done;
  });
  const seconds = (performance.now() - begun) / 1000;
  if (recovered !== MESSAGES) throw new Error(`Only ${recovered} of ${MESSAGES} were recovered.`);
  return { rate: MESSAGES / seconds, growth };
}
