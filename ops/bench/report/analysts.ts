// The analysts' dashboard and exports with many tickets behind them.
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { EMPLOYEES } from '../../../shared-contracts/documents/employee-document.ts';
import { collectionName } from '../../../shared-contracts/documents/read-model.ts';
import type { RunningSystem } from '../../start/system.ts';
import { eventually } from '../../system-tests/testing/eventually.ts';
import { AGENTS } from '../../system-tests/testing/generated-tickets.ts';
import { cookiesOf, Visitor } from '../../system-tests/testing/visitor.ts';
import { memoryOf, watchGrowth } from '../memory.ts';
import { type BenchResults, percentile, summarize } from '../results.ts';
import { REPORTED, replaceMetrics } from './many-metrics.ts';

const TICKETS = 100_000;
const WARM_ROUNDS = 5;
const READ_BEFORE_A_PAUSE = 1024 * 1024;
const PAUSE_MS = 20;

/** Each asked for once for `dashboard_cold`: nothing of it is counted before. */
const FILTERS = ['', ...['problem', 'question', 'request'].map((kind) => `kind=${kind}`)].flatMap((kind) =>
  ['', 'tag=printer', 'priority=high', 'status=resolved', `agent=${AGENTS[0]}`, 'stage=reopened'].map(
    (other) => [kind, other].filter((filter) => filter !== '').join('&'),
  ),
);

/** @param exportRows how many rows are exported; more tickets than the dashboard is measured with are added for it. */
export async function measureAnalysts(
  system: RunningSystem,
  db: Db,
  exportRows: number,
): Promise<BenchResults> {
  await eventually('the employees of the demo', async () =>
    (await db.collection(collectionName(EMPLOYEES)).countDocuments()) > 0 ? true : undefined,
  );
  const visitor = new Visitor(system.urls.analysts);
  await visitor.open('/');
  const cookie = cookiesOf(visitor);
  const ask = (path: string) => fetch(new URL(path, system.urls.analysts), { headers: { cookie } });
  const rss = () => memoryOf(system.pid('projections'), 'resident');

  const before = rss();
  const metrics = await replaceMetrics(db, TICKETS);
  const begun = performance.now();
  await eventually('a dashboard of all tickets', async () => {
    const answer = await ask(`/?from=${REPORTED.from}`);
    return (await answer.text()).includes(TICKETS.toLocaleString('en')) ? true : undefined;
  });
  const load = performance.now() - begun;
  const after = rss();
  const timed = async (filters: string) => {
    const started = performance.now();
    const answer = await ask(`/?from=${REPORTED.from}&to=${REPORTED.to}&${filters}`);
    await answer.text();
    if (answer.status !== 200) throw new Error(`${filters} was answered with ${answer.status}.`);
    return performance.now() - started;
  };
  const cold: number[] = [];
  for (const filters of FILTERS) cold.push(await timed(filters));
  const warm: number[] = [];
  for (const filters of FILTERS) {
    for (let round = 0; round <= WARM_ROUNDS; round += 1) {
      const ms = await timed(filters);
      if (round > 0) warm.push(ms);
    }
  }
  await metrics.fill(exportRows);
  return {
    dashboard_cold: summarize(cold, 'ms'),
    dashboard_p50: summarize([percentile(warm, 0.5)], 'ms'),
    columns_load: summarize([load], 'ms'),
    columns_rss: summarize([after - before], 'MB'),
    ...(await measureExport(ask, rss)),
  };
}

/** Read as fast as it comes, and then by somebody who stops after every megabyte. */
async function measureExport(
  ask: (path: string) => Promise<Response>,
  rss: () => number,
): Promise<BenchResults> {
  await readRows(await ask('/export/tickets.csv?kind=problem&priority=high'), 0);
  const { result: rate, growth } = await watchGrowth(rss, async () => {
    const begun = performance.now();
    const rows = await readRows(await ask('/export/tickets.ndjson'), 0);
    const seconds = (performance.now() - begun) / 1000;
    await readRows(await ask('/export/tickets.csv'), PAUSE_MS);
    return rows / seconds;
  });
  return { export_rows: summarize([rate], '1/s'), export_rss_growth: summarize([growth], 'MB') };
}

async function readRows(answer: Response, pauseMs: number): Promise<number> {
  if (answer.status !== 200 || answer.body === null)
    throw new Error(`An export was answered with ${answer.status}.`);
  let lines = 0;
  let read = 0;
  for await (const chunk of answer.body) {
    for (const byte of chunk) if (byte === 10) lines += 1;
    read += chunk.length;
    if (pauseMs === 0 || read < READ_BEFORE_A_PAUSE) continue;
    read = 0;
    await pause(pauseMs);
  }
  return lines;
}
