// Reported, resolved and backlog over time, of tickets of any age: from `rounds`, in two aggregations.
import type { Collection, Document } from 'mongodb';
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { DAY_MS, daysAfter, startOf } from '../filters/days.ts';
import type { Period } from '../filters/period.ts';
import type { TicketFilters } from '../filters/ticket-filters.ts';
import { matchOfAnyAge } from '../filters/ticket-match.ts';

export type VolumeStep = {
  readonly from: string;
  readonly to: string;
  /** Tickets that were reported in the step. */
  readonly reported: number;
  /** Tickets that were resolved in it, each once, however often. */
  readonly resolved: number;
  /** Tickets that were open when it ended. */
  readonly backlog: number;
};

type Rounds = {
  readonly _id: {
    readonly opened: number;
    readonly settled: number;
    readonly outcome: string | null;
    readonly first: boolean;
  };
  readonly count: number;
};

const BEFORE = -1;

export async function volumeOf(
  tickets: Collection<TicketMetricsDocument>,
  filters: TicketFilters,
  period: Period,
): Promise<readonly VolumeStep[]> {
  const begin = startOf(period.from);
  const length = period.steps.length;
  // What was settled before the period is in no backlog of it: such tickets need not be read.
  const relevant = {
    $and: [
      matchOfAnyAge(filters),
      { $or: [{ 'rounds.settledAt': null }, { 'rounds.settledAt': { $gte: begin } }] },
    ],
  };
  const [rounds, repeats] = await Promise.all([
    tickets
      .aggregate<Rounds>([
        { $match: relevant },
        { $unwind: '$rounds' },
        {
          $group: {
            _id: {
              opened: stepOf('$rounds.openedAt', period),
              settled: stepOf('$rounds.settledAt', period),
              outcome: '$rounds.outcome',
              first: { $eq: ['$rounds.openedAt', '$preparedAt'] },
            },
            count: { $sum: 1 },
          },
        },
      ])
      .toArray(),
    resolvedAgain(tickets, filters, period),
  ]);
  const reported = new Array<number>(length).fill(0);
  const resolved = new Array<number>(length).fill(0);
  const change = new Array<number>(length).fill(0);
  let backlog = 0;
  const add = (list: number[], step: number, count: number) => {
    if (step >= 0 && step < length) list[step] = (list[step] ?? 0) + count;
  };
  for (const { _id, count } of rounds) {
    if (_id.opened === BEFORE) backlog += count;
    add(change, _id.opened, count);
    if (_id.first) add(reported, _id.opened, count);
    if (_id.outcome === null) continue;
    if (_id.settled === BEFORE) backlog -= count;
    add(change, _id.settled, -count);
    if (_id.outcome === 'resolved') add(resolved, _id.settled, count);
  }
  for (const { _id, count } of repeats) add(resolved, _id, -count);
  return period.steps.map((step, index) => {
    backlog += change[index] ?? 0;
    return { ...step, reported: reported[index] ?? 0, resolved: resolved[index] ?? 0, backlog };
  });
}

/** By step, how often a ticket was resolved that was resolved in the same step before. */
async function resolvedAgain(
  tickets: Collection<TicketMetricsDocument>,
  filters: TicketFilters,
  period: Period,
): Promise<readonly { readonly _id: number; readonly count: number }[]> {
  const inPeriod = { $gte: startOf(period.from), $lt: startOf(daysAfter(period.to, 1)) };
  return tickets
    .aggregate<{ _id: number; count: number }>([
      {
        $match: {
          $and: [
            matchOfAnyAge(filters),
            { resolutions: { $gt: 1 }, 'rounds.settledAt': { $gte: startOf(period.from) } },
          ],
        },
      },
      { $unwind: '$rounds' },
      { $match: { 'rounds.outcome': 'resolved', 'rounds.settledAt': inPeriod } },
      {
        $group: {
          _id: { ticket: '$_id', step: stepOf('$rounds.settledAt', period) },
          times: { $sum: 1 },
        },
      },
      { $match: { times: { $gt: 1 } } },
      { $group: { _id: '$_id.step', count: { $sum: { $subtract: ['$times', 1] } } } },
    ])
    .toArray();
}

/** The step that a moment is in, from 0; all time before and after the period is one step each, so that there are few groups. */
function stepOf(field: string, { from, stepDays, steps }: Period): Document {
  const step = { $floor: { $divide: [{ $subtract: [field, startOf(from)] }, stepDays * DAY_MS] } };
  return { $min: [steps.length, { $max: [BEFORE, step] }] };
}
