// The figures of a dashboard, counted ticket by ticket and day by day from what histories tell, by none of the product's code.
import type { GeneratedFailure } from './generated-failures.ts';
import type { Told } from './told-by-history.ts';

const DAY_MS = 86_400_000;
const BINS = [0, 5, 15, 30, 60, 120, 240, 480, 1440, 2880, 5760, 10_080, 20_160, 40_320];

export type Chosen = (told: Told) => boolean;

/** @param days first and last day, in steps of so many. */
export function countedAgain(
  all: readonly Told[],
  chosen: Chosen,
  { days, ...period }: { readonly from: string; readonly to: string; readonly days: number },
) {
  const tickets = all.filter(chosen);
  const begin = Date.parse(period.from);
  const end = Date.parse(period.to) + DAY_MS;
  const volume = [];
  for (let step = begin; step < end; step += days * DAY_MS) {
    const next = Math.min(end, step + days * DAY_MS);
    const during = (at: number) => at >= step && at < next;
    volume.push({
      from: dayOf(step),
      to: dayOf(next - DAY_MS),
      reported: tickets.filter(({ preparedAt }) => during(preparedAt)).length,
      resolved: tickets.filter(({ resolvedAt }) => resolvedAt.some(during)).length,
      backlog: tickets.filter(({ openBefore }) => openBefore(next)).length,
    });
  }
  const cohort = tickets.filter(({ preparedAt }) => preparedAt >= begin && preparedAt < end);
  return {
    volume,
    cohort: {
      total: tallyOf(cohort),
      byKind: tallies(cohort, ({ row }) => [row.kind]),
      byPriority: tallies(cohort, ({ row }) => [row.priority]),
      byStatus: tallies(cohort, ({ row }) => [row.status]),
      byAgent: tallies(cohort, ({ row }) => [row.lastAssigneeId]),
      byTag: tallies(cohort, ({ row }) => row.tags),
      firstReply: durations(cohort.map(({ row }) => row.firstReplyMs)),
      firstResolution: durations(cohort.map(({ row }) => row.firstResolutionMs)),
    },
  };
}

/** By day and group: how many failed, and how many recovered. */
export function failuresCountedAgain(
  failures: readonly GeneratedFailure[],
  period: { readonly from: string; readonly to: string },
): readonly string[] {
  const day = (at: Date | undefined) => at?.toISOString().slice(0, 10);
  const counts = new Map<string, [failed: number, recovered: number]>();
  const add = (on: string | undefined, group: string, by: readonly [number, number]) => {
    if (on === undefined || on < period.from || on > period.to) return;
    const [failed, recovered] = counts.get(`${on} ${group}`) ?? [0, 0];
    counts.set(`${on} ${group}`, [failed + by[0], recovered + by[1]]);
  };
  for (const { group, firstFailedAt, recoveredAt } of failures) {
    add(day(firstFailedAt), group, [1, 0]);
    add(day(recoveredAt), group, [0, 1]);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => `${key} ${of.join(' ')}`);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function tallyOf(tickets: readonly Told[]) {
  const count = (test: Chosen) => tickets.filter(test).length;
  return {
    reported: tickets.length,
    assigned: count(({ row }) => row.firstAssignedAt !== null),
    resolved: count(({ resolvedAt }) => resolvedAt.length > 0),
    stayed: count(({ stayed }) => stayed),
    reopened: count(({ resolvedAt, stayed }) => resolvedAt.length > 0 && !stayed),
    open: count(({ row }) => row.open),
    helped: count(({ row }) => row.helped === true),
    notHelped: count(({ row }) => row.helped === false),
  };
}

/** As a plain object, its keys in order. */
function tallies(tickets: readonly Told[], keysOf: (told: Told) => readonly (string | null)[]) {
  const keys = [...new Set(tickets.flatMap(keysOf))].sort(
    (left, right) => Number(String(left) > String(right)) - Number(String(left) < String(right)),
  );
  return keys.map((key) => [key, tallyOf(tickets.filter((ticket) => keysOf(ticket).includes(key)))]);
}

function durations(all: readonly (number | null)[]) {
  const sorted = all.filter((ms) => ms !== null).sort((a, b) => a - b);
  const rank = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? null;
  const minutes = sorted.map((ms) => ms / 60_000);
  return {
    count: sorted.length,
    p50: rank(50),
    p90: rank(90),
    p95: rank(95),
    bins: BINS.map((from, index) => {
      const below = BINS[index + 1] ?? Number.POSITIVE_INFINITY;
      return minutes.filter((each) => each >= from && each < below).length;
    }),
  };
}
