import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { startTracesProcess } from './node-processes.ts';
import { openBenchStore } from './open-bench-store.ts';
import { type BenchResults, summarize } from './results.ts';
import { commandsByHand, commandsByRuntime } from './runtime/commands.ts';
import { deliveriesByHand, deliveriesByRuntime, storeEvents } from './runtime/deliveries.ts';
import { traced } from './runtime/traced.ts';

const ROUNDS = { commands: 9, deliveries: 3 };

/** Does one amount of work, named by its round, and says how many items a second that was. */
type Contestant = (store: EventStore, round: string) => Promise<number>;

/**
 * What the runtime costs: commands and deliveries through it, each beside the same by hand with the client, and with traces
 * and figures on, as services have them. They take turns in one run on one node, which is a process of its own, and change
 * who goes first.
 */
export async function runRuntimeBench(): Promise<BenchResults> {
  const commands = await onFreshNode((store, traces) =>
    inTurns(store, ROUNDS.commands, {
      commands: commandsByRuntime,
      commands_traced: (each) => traced(traces, () => commandsByRuntime(each)),
      commands_by_hand: commandsByHand,
    }),
  );
  const deliveries = await onFreshNode(async (store, traces) => {
    await storeEvents(store);
    return inTurns(store, ROUNDS.deliveries, {
      deliveries: deliveriesByRuntime,
      deliveries_traced: (each, round) => traced(traces, () => deliveriesByRuntime(each, round)),
      deliveries_by_hand: deliveriesByHand,
    });
  });
  return { ...commands, ...deliveries };
}

/** @param work is given where to send traces, too. */
async function onFreshNode<Result>(
  work: (store: EventStore, traces: string) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'runtime-bench-'));
  const { store, close } = await openBenchStore('runtime');
  const traces = await startTracesProcess(dir);
  try {
    return await work(store, traces.url);
  } finally {
    await close();
    await traces.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function inTurns(
  store: EventStore,
  rounds: number,
  contestants: Readonly<Record<string, Contestant>>,
): Promise<BenchResults> {
  const all = Object.entries(contestants).map(([key, contestant]) => {
    const rates: number[] = [];
    return { key, contestant, rates };
  });
  for (const { key, contestant } of all) await contestant(store, `${key}-warm-up`);
  for (let round = 1; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? all : all.toReversed();
    for (const { key, contestant, rates } of order) rates.push(await contestant(store, `${key}-${round}`));
  }
  return Object.fromEntries(all.map(({ key, rates }) => [key, summarize(rates, '1/s')]));
}
