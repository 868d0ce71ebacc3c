// The days that a dashboard is about, and the steps in which it shows them.
import { RequestProblem } from '../request-problem.ts';
import { DAY_MS, dayOf, daysAfter, startOf } from './days.ts';
import type { TicketFilters } from './ticket-filters.ts';

export type Period = {
  readonly from: string;
  readonly to: string;
  /** Days of a step: 1, 7 or 28, so that a chart has some hundred steps at most. */
  readonly stepDays: number;
  /** First and last day of every step; the last step may be shorter. */
  readonly steps: readonly { readonly from: string; readonly to: string }[];
};

const USUAL_DAYS = 30;
const MOST_DAYS = 3660;

/** The last 30 days where the filters name none. @throws RequestProblem 400 for more than ten years. */
export function periodOf({ from, to }: TicketFilters, now: Date): Period {
  const last = to ?? latest(dayOf(now), from);
  const first = from ?? daysAfter(last, 1 - USUAL_DAYS);
  const days = (startOf(last).getTime() - startOf(first).getTime()) / DAY_MS + 1;
  if (days > MOST_DAYS)
    throw new RequestProblem('too-many-days', 'Ten years at most fit into one dashboard. Choose fewer days.');
  const stepDays = days <= 92 ? 1 : days <= 731 ? 7 : 28;
  const steps = Array.from({ length: Math.ceil(days / stepDays) }, (_, index) => {
    const begin = daysAfter(first, index * stepDays);
    const end = daysAfter(begin, stepDays - 1);
    return { from: begin, to: end < last ? end : last };
  });
  return { from: first, to: last, stepDays, steps };
}

function latest(day: string, other: string | undefined): string {
  return other !== undefined && other > day ? other : day;
}
