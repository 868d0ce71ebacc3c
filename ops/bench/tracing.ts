import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { collectionName, type PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { connectClient } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { ProcessName, RunningSystem } from '../start/system.ts';
import { flood } from './flow/flood.ts';
import { whole } from './flow/options.ts';
import { onOwnSystem } from './flow/own-system.ts';
import { Tally } from './flow/tally.ts';
import { TicketWatch } from './flow/ticket-watch.ts';
import { type BenchResults, summarize } from './results.ts';

const CLIENTS = 16;
const WATCH_MS = 100;
const TICK_MS = 10;
/** Spans that do not fill a batch are sent after five seconds. */
const SENT_MS = 6000;
const PROCESSES: readonly ProcessName[] = [
  'eventstore',
  'nodes',
  'customer',
  'backoffice',
  'projections',
  'console',
];

type Flooded = { readonly perSecond: number; readonly cpuMs: number };

/**
 * What traces and figures cost the whole product: two systems of the same build, one as it is by default and one with
 * `OTEL_SDK_DISABLED`, take floods of reports in turns. Counts issues a second that got a ticket and a confirmation, and what
 * each took of the processors, in all processes together: that of the node that keeps the traces is in it.
 *
 * @param args `--rounds` and `--issues` of one flood.
 */
export async function runTracingBench(args: readonly string[]): Promise<BenchResults> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      rounds: { type: 'string', default: '7' },
      issues: { type: 'string', default: '400' },
    },
  });
  const rounds = whole('--rounds', values.rounds);
  const issues = whole('--issues', values.issues);
  return onOwnSystem({}, (traced) =>
    onOwnSystem({ OTEL_SDK_DISABLED: 'true' }, (untraced) => compare(traced, untraced, { rounds, issues })),
  );
}

async function compare(
  traced: RunningSystem,
  untraced: RunningSystem,
  { rounds, issues }: { readonly rounds: number; readonly issues: number },
): Promise<BenchResults> {
  const withTraces: Flooded[] = [];
  const without: Flooded[] = [];
  const turns = [
    { system: traced, results: withTraces },
    { system: untraced, results: without },
  ];
  for (const { system } of turns) await floodOnce(system, issues);
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? turns : turns.toReversed();
    for (const { system, results } of order) results.push(await floodOnce(system, issues));
  }
  const rates = (results: readonly Flooded[]) => results.map(({ perSecond }) => perSecond);
  const cpu = (results: readonly Flooded[]) => results.map(({ cpuMs }) => cpuMs);
  const shares = (costs: readonly number[], bases: readonly number[]) =>
    summarize(
      costs.map((cost, round) => 100 * (1 - cost / (bases[round] ?? Number.NaN))),
      '%',
    );
  return {
    issues_traced: summarize(rates(withTraces), '1/s'),
    issues_untraced: summarize(rates(without), '1/s'),
    throughput_lost: shares(rates(withTraces), rates(without)),
    cpu_traced: summarize(cpu(withTraces), 'ms'),
    cpu_untraced: summarize(cpu(without), 'ms'),
    cpu_for_tracing: shares(cpu(without), cpu(withTraces)),
  };
}

async function floodOnce(system: RunningSystem, issues: number): Promise<Flooded> {
  const { urls } = system;
  const agent = new Agent({ keepAlive: true });
  const mongo = new MongoClient(urls.mongo, { appName: 'bench' });
  const store = connectClient(urls.eventstore, 'bench');
  const watch = new TicketWatch(mongo.db().collection<PlainDocument>(collectionName(TICKETS)), WATCH_MS);
  try {
    const tally = new Tally(store);
    await tally.readOn();
    const before = await cpuMsOf(system);
    const { rates } = await flood(urls.customer, agent, watch, tally, { issues, clients: CLIENTS });
    await pause(SENT_MS);
    return { perSecond: rates.done, cpuMs: ((await cpuMsOf(system)) - before) / issues };
  } finally {
    await watch.stop();
    agent.destroy();
    await mongo.close();
    await store.dispose();
  }
}

/** Milliseconds that all processes have had of the processors, by Linux's `/proc` (see proc(5)). */
async function cpuMsOf(system: RunningSystem): Promise<number> {
  let ticks = 0;
  for (const name of PROCESSES) {
    const stat = await readFile(`/proc/${system.pid(name)}/stat`, 'utf8');
    // Behind the program's name in brackets; the 14th and 15th fields of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MS;
}
