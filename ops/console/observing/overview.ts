// GET /: every group of every service, how it is getting on, and whether anything needs a person. GET /live tells that
// there is something new to see.
import type { ServiceName } from '../../../shared-contracts/messages/names.ts';
import { type GroupState, type JudgedGroup, judgeGroup } from '../../observe/group-state.ts';
import { columnsPath } from '../../observe/rate-ring.ts';
import { type ServiceReport, saidOfGroup } from '../../observe/service-reports.ts';
import { type Look, NOTHING_SEEN, type WatchedGroup } from '../../observe/watch-groups.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';

const CHART = { width: 120, height: 24 } as const;

const TONES: Readonly<Record<GroupState, string>> = {
  healthy: 'good',
  behind: 'warning',
  failing: 'bad',
  stalled: 'bad',
  paused: 'warning',
};

const SERVICE_LABELS: Readonly<Record<ServiceName, string>> = {
  customer: 'Customer service',
  backoffice: 'Back office',
  projections: 'Projections',
};

type Row = JudgedGroup & { readonly name: string; readonly service: ServiceName; readonly waiting: number };

export function overviewPage({ app, recoveries, observatory, live }: ConsoleSite): void {
  app.get('/', async (_request, reply) => {
    const [look] = await Promise.all([
      observatory.watch.last(),
      ...recoveries.all.map(({ ledger }) => ledger.readToEnd()),
    ]);
    const rows = await Promise.all(recoveries.all.map((recovery) => rowOf(recovery, look)));
    const services = [...new Set(rows.map(({ service }) => service))].map((service) => ({
      label: SERVICE_LABELS[service],
      groups: rows.filter((row) => row.service === service),
    }));
    const needs = whatNeedsAPerson(rows, look);
    return reply.view('overview', { title: 'Overview', services, needs, chart: CHART, seenAt: look.at });
  });

  app.get('/live', async (_request, reply) => {
    await observatory.watch.last();
    return live(reply, (changed) => observatory.watch.listen(changed));
  });
}

async function rowOf(recovery: Recovery, look: Look) {
  const { name, service, purpose } = recovery.group;
  const { index } = recovery.ledger;
  const seen = look.groups.get(name) ?? NOTHING_SEEN;
  const waiting = index.count('waiting');
  const judged = look.groups.has(name)
    ? judgeGroup(seen, saidOfGroup(look.services, name), waiting)
    : { state: 'stalled' as const, reason: 'The event store does not tell.' };
  return {
    ...judged,
    tone: TONES[judged.state],
    name,
    path: pathOf.group(name),
    service,
    purpose,
    waiting,
    replaying: index.count('replaying'),
    oldest: waiting === 0 ? undefined : await oldestWaiting(recovery),
    ...figuresOf(seen),
  };
}

function figuresOf({ instances, inFlight, lag, lagIsMore, lagMs, perSecond, minutes }: WatchedGroup) {
  const handled = minutes.reduce((sum, count) => sum + count, 0);
  return {
    instances,
    inFlight,
    lag,
    lagIsMore,
    lagSeconds: lag === 0 ? undefined : secondsText(lagMs),
    rate: perSecond === 0 ? '0' : perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond)),
    handled,
    chartPath: handled === 0 ? '' : columnsPath(minutes, CHART.width, CHART.height),
  };
}

function secondsText(milliseconds: number): string {
  if (milliseconds < 1000) return 'less than a second';
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** When the message that has waited longest failed last. */
async function oldestWaiting({ ledger }: Recovery): Promise<string | undefined> {
  const [first] = ledger.index.stillWaiting(ledger.index.head);
  if (first === undefined) return undefined;
  for await (const { occurredAt } of ledger.entriesAt([first])) return occurredAt;
  return undefined;
}

function whatNeedsAPerson(rows: readonly Row[], look: Look): readonly string[] {
  if (look.at === undefined) return ['The event store does not answer: see Health.'];
  const waiting = rows.reduce((sum, row) => sum + row.waiting, 0);
  const said: string[] = [];
  if (waiting > 0)
    said.push(
      `${waiting.toLocaleString('en-GB')} failed ${waiting === 1 ? 'message waits' : 'messages wait'} for you.`,
    );
  said.push(
    ...silent(look.services).map((service) => `${SERVICE_LABELS[service]} does not answer: see Health.`),
  );
  for (const { name, state, reason } of rows) {
    if (state === 'stalled' || state === 'paused') said.push(`${name} is ${state}: ${reason}`);
  }
  return said;
}

function silent(reports: readonly ServiceReport[]): readonly ServiceName[] {
  return reports.filter(({ checks }) => checks === undefined).map(({ service }) => service);
}
