// Reported, resolved and backlog over time, of tickets of any age: from the rounds of each.
import { spanOf } from '../columns/matching-rows.ts';
import { NO_ROUND, OUTCOME, type TicketColumns } from '../columns/ticket-columns.ts';
import { DAY_MS } from '../filters/days.ts';
import type { Period } from '../filters/period.ts';

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

const BEFORE = -1;

/** @param rows those of the tickets. */
export function volumeOf(columns: TicketColumns, rows: Uint32Array, period: Period): readonly VolumeStep[] {
  const { firstRound, nextRound, openedAt, settledAt, outcome } = columns;
  const { length } = period.steps;
  const stepOf = stepsOf(period);
  // One more, for what happened after the period.
  const reported = new Int32Array(length + 1);
  const resolved = new Int32Array(length + 1);
  const change = new Int32Array(length + 1);
  let backlog = 0;
  const move = (step: number, by: 1 | -1) => {
    if (step === BEFORE) backlog += by;
    else change[step] = (change[step] ?? 0) + by;
  };
  const count = (counts: Int32Array, step: number) => {
    if (step !== BEFORE) counts[step] = (counts[step] ?? 0) + 1;
  };
  for (const row of rows) {
    const first = firstRound[row] ?? NO_ROUND;
    let resolvedLast = BEFORE;
    for (let at = first; at !== NO_ROUND; at = nextRound[at] ?? NO_ROUND) {
      const opened = stepOf(openedAt[at] ?? 0);
      move(opened, 1);
      if (at === first) count(reported, opened);
      if (outcome[at] === OUTCOME.none) continue;
      const settled = stepOf(settledAt[at] ?? 0);
      move(settled, -1);
      // Rounds follow one another: what was resolved in the same step before is the round before.
      if (outcome[at] !== OUTCOME.resolved || settled === resolvedLast) continue;
      count(resolved, settled);
      resolvedLast = settled;
    }
  }
  return period.steps.map((step, index) => {
    backlog += change[index] ?? 0;
    return { ...step, reported: reported[index] ?? 0, resolved: resolved[index] ?? 0, backlog };
  });
}

/** The step that a moment is in, from 0; all time before and all time after the period are one each. */
function stepsOf({ from, to, stepDays, steps }: Period): (at: number) => number {
  const { begin, end } = spanOf(from, to);
  const stepMs = stepDays * DAY_MS;
  return (at) => {
    if (at < begin) return BEFORE;
    return at >= end ? steps.length : Math.floor((at - begin) / stepMs);
  };
}
