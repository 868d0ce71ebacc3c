import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { createCodec } from '../../shared-contracts/runtime/event-store/codec.ts';
import {
  connectClient,
  createEventStore,
  type EventStore,
} from '../../shared-contracts/runtime/event-store/event-store.ts';
import { createSubjectKeys } from '../../shared-contracts/runtime/personal/subject-keys.ts';
import { type BenchResults, summarize } from './results.ts';
import { commandsByHand, commandsByRuntime } from './runtime/commands.ts';
import { deliveriesByHand, deliveriesByRuntime, storeEvents } from './runtime/deliveries.ts';
import { StoreProcess } from './store-process.ts';

const ROUNDS = { commands: 9, deliveries: 3 };

/** Does one amount of work, named by its round, and says how many items a second that was. */
type Contestant = (store: EventStore, round: string) => Promise<number>;

/**
 * What the runtime costs: commands and deliveries through it, each beside the same by hand with the client. The two take
 * turns in one run on one node, which is a process of its own, and change who goes first.
 */
export async function runRuntimeBench(): Promise<BenchResults> {
  const commands = await onFreshNode((store) =>
    inTurns(store, ROUNDS.commands, { commands: commandsByRuntime, commands_by_hand: commandsByHand }),
  );
  const deliveries = await onFreshNode(async (store) => {
    await storeEvents(store);
    return inTurns(store, ROUNDS.deliveries, {
      deliveries: deliveriesByRuntime,
      deliveries_by_hand: deliveriesByHand,
    });
  });
  return { ...commands, ...deliveries };
}

async function onFreshNode<Result>(work: (store: EventStore) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'runtime-bench-'));
  const node = await StoreProcess.start(dir);
  const client = connectClient(`esdb://127.0.0.1:${node.port}?tls=false`, 'bench');
  const keys = createSubjectKeys(client, new Uint8Array(randomBytes(32)));
  const store = createEventStore(client, createCodec(CATALOGUE, keys));
  try {
    return await work(store);
  } finally {
    await store.close();
    await node.stop();
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
