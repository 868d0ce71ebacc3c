import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Db, MongoClient } from 'mongodb';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { collectionName } from '../../shared-contracts/documents/read-model.ts';
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import type { SystemUrls } from '../start/plan.ts';
import { ANY_PORTS } from '../start/settings.ts';
import { startSystem } from '../start/system.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { cookiesOf, Visitor } from '../system-tests/testing/visitor.ts';
import { Customer } from './flow/customer.ts';
import { measureAnalysts } from './report/analysts.ts';
import { addTickets } from './report/many-tickets.ts';
import { type BenchResults, percentile, summarize } from './results.ts';

const FORM_CLIENTS = 8;
const FORM_MS = 10_000;
const FEW = 10_000;
const MANY = 100_000;
const LIST_ROUNDS = 60;

/** Lists as employees ask for them in a day: each is one page of a queue with filters. */
const LISTS = [
  '/tickets',
  '/tickets?queue=unassigned',
  '/tickets?status=in-progress&priority=high',
  '/tickets?tag=printer',
  '/tickets?text=printer',
  '/tickets?kind=question&sort=updated',
];

/**
 * The whole system in processes of its own: reports a second that the form takes, how long a filtered list of tickets takes with
 * ten thousand and with a hundred thousand tickets behind it, and the analysts' dashboard and exports with a hundred thousand.
 *
 * `--only analysts` (or `lists`, `form`) measures a part; `--export-rows 1000000` exports so many tickets.
 */
export async function runReportBench(args: readonly string[]): Promise<BenchResults> {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--json'),
    options: { only: { type: 'string' }, 'export-rows': { type: 'string', default: '100000' } },
  });
  const wanted = (part: string) => values.only === undefined || values.only === part;
  const dataDir = await mkdtemp(join(tmpdir(), 'report-bench-'));
  const { PATH, HOME, NODE_OPTIONS } = process.env;
  const system = await startSystem({
    dataDir,
    env: { PATH, HOME, NODE_OPTIONS, DESKSTREAM_FAIL_FIRST_MAIL: 'false' },
    demo: true,
    ports: ANY_PORTS,
    log: () => undefined,
  });
  const mongo = new MongoClient(system.urls.mongo, { appName: 'bench' });
  const db = mongo.db();
  try {
    const lists = wanted('lists') ? await measureLists(db, system.urls) : {};
    const analysts = wanted('analysts')
      ? await measureAnalysts(system, db, Number(values['export-rows']))
      : {};
    return { ...(wanted('form') ? await measureForm(system.urls.customer) : {}), ...lists, ...analysts };
  } finally {
    await mongo.close();
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureForm(site: string): Promise<BenchResults> {
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  const until = performance.now() + FORM_MS;
  const send = async () => {
    const customer = await Customer.open(site, agent);
    while (performance.now() < until) {
      const begun = performance.now();
      await customer.report(latencies.length);
      latencies.push(performance.now() - begun);
    }
  };
  try {
    await Promise.all(Array.from({ length: FORM_CLIENTS }, send));
  } finally {
    agent.destroy();
  }
  return {
    form: summarize([latencies.length / (FORM_MS / 1000)], '1/s'),
    form_p50: summarize([percentile(latencies, 0.5)], 'ms'),
    form_p99: summarize([percentile(latencies, 0.99)], 'ms'),
  };
}

async function measureLists(db: Db, urls: SystemUrls): Promise<BenchResults> {
  const tickets = db.collection<TicketDocument>(collectionName(TICKETS));
  const employees = await eventually('the employees of the demo', async () => {
    const found = await db.collection<{ _id: string }>(collectionName(EMPLOYEES)).find({}).toArray();
    return found.length > 0 ? found.map(({ _id }) => _id) : undefined;
  });
  const employee = new Visitor(urls.backoffice);
  await addTickets(tickets, employees, 0, FEW);
  await employee.open('/tickets');
  const cookie = cookiesOf(employee);
  const few = await askForLists(urls.backoffice, cookie);
  await addTickets(tickets, employees, FEW, MANY);
  const many = await askForLists(urls.backoffice, cookie);
  return {
    list_p50: summarize([percentile(many, 0.5)], 'ms'),
    list_p99: summarize([percentile(many, 0.99)], 'ms'),
    list_10k_p50: summarize([percentile(few, 0.5)], 'ms'),
    list_10k_p99: summarize([percentile(few, 0.99)], 'ms'),
  };
}

async function askForLists(site: string, cookie: string): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (let round = 0; round <= LIST_ROUNDS; round += 1) {
    for (const list of LISTS) {
      const begun = performance.now();
      const answer = await fetch(new URL(list, site), { headers: { cookie }, redirect: 'manual' });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${list} was answered with ${answer.status}.`);
      // The first round warms up what every later one finds warm.
      if (round > 0) latencies.push(performance.now() - begun);
    }
  }
  return latencies;
}
