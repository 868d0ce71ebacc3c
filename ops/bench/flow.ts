import { Agent } from 'node:http';
import { MongoClient } from 'mongodb';
import { collectionName, type PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { connectClient } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { SystemUrls } from '../start/plan.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { flood } from './flow/flood.ts';
import { countMails } from './flow/mails.ts';
import { type FlowOptions, flowOptions } from './flow/options.ts';
import { onOwnSystem } from './flow/own-system.ts';
import { reportSteadily } from './flow/steady.ts';
import { Tally } from './flow/tally.ts';
import { TicketWatch } from './flow/ticket-watch.ts';
import { judge } from './flow/verdict.ts';
import { type BenchResults, percentile, summarize } from './results.ts';

const PER_SECOND = 20;
/** Pauses between two looks for tickets: short where single ones are waited for, long where hundreds are. */
const WATCH_MS = { steady: 4, flood: 100 };
const LAST_TICKET_LIMIT_MS = 60_000;

/**
 * The whole system in processes of its own, on embedded nodes with fresh data: issues reported through the form at a
 * steady rate, and then as fast as they go. Measures report to ticket visible in the read model, and how many issues a
 * second get a ticket and a confirmation; counts what was lost or came twice.
 */
export async function runFlowBench(args: readonly string[]): Promise<BenchResults> {
  const options = flowOptions(args);
  return onOwnSystem({}, ({ urls }) => measure(urls, options));
}

async function measure(urls: SystemUrls, options: FlowOptions): Promise<BenchResults> {
  const agent = new Agent({ keepAlive: true });
  const mongo = new MongoClient(urls.mongo, { appName: 'bench' });
  const store = connectClient(urls.eventstore, 'bench');
  const tickets = mongo.db().collection<PlainDocument>(collectionName(TICKETS));
  const tally = new Tally(store);
  try {
    const watch = new TicketWatch(tickets, WATCH_MS.steady);
    const steady = await reportSteadily(urls.customer, agent, watch, {
      perSecond: PER_SECOND,
      seconds: options.seconds,
    });
    await eventually('every ticket is visible', () => watch.missing === 0, LAST_TICKET_LIMIT_MS);
    await watch.stop();

    const floodWatch = new TicketWatch(tickets, WATCH_MS.flood);
    const { issueIds, rates, backlog } = await flood(urls.customer, agent, floodWatch, tally, options);
    await floodWatch.stop();

    const all = [...steady, ...issueIds];
    const { lost, duplicated } = judge(all, tally, await countMails(urls.mailbox ?? ''));
    return {
      ...visible('visible', watch.latencies),
      issues_sustained: summarize([rates.done], '1/s'),
      rate_first_third: summarize([rates.firstThird], '1/s'),
      rate_last_third: summarize([rates.lastThird], '1/s'),
      reports_accepted: summarize([rates.accepted], '1/s'),
      backlog_most: summarize([backlog], 'count'),
      ...visible('flood_visible', floodWatch.latencies),
      lost: summarize([lost + watch.missing + floodWatch.missing], 'count'),
      duplicated: summarize([duplicated], 'count'),
      parked: summarize([tally.parked], 'count'),
    };
  } finally {
    agent.destroy();
    await mongo.close();
    await store.dispose();
  }
}

function visible(name: string, latencies: readonly number[]): BenchResults {
  return {
    [`${name}_p50`]: summarize([percentile(latencies, 0.5)], 'ms'),
    [`${name}_p99`]: summarize([percentile(latencies, 0.99)], 'ms'),
    [`${name}_max`]: summarize([Math.max(...latencies)], 'ms'),
  };
}
