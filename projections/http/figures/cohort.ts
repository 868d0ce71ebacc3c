// The figures of the tickets that were reported in the period.

import { stayedResolved } from '../columns/matching-rows.ts';
import type { TicketColumns } from '../columns/ticket-columns.ts';
import { YES_NO } from '../columns/ticket-columns.ts';
import { type Durations, durationsOf } from './durations.ts';
import { FACT, NONE, Tallies, type Tally } from './tally.ts';

export type Cohort = {
  readonly total: Tally;
  readonly byKind: ReadonlyMap<string, Tally>;
  readonly byPriority: ReadonlyMap<string, Tally>;
  readonly byStatus: ReadonlyMap<string, Tally>;
  /** By who has them or had them last; null for tickets that nobody ever had. */
  readonly byAgent: ReadonlyMap<string | null, Tally>;
  /** The tags with the most tickets; a ticket counts for each of its tags. */
  readonly byTag: ReadonlyMap<string, Tally>;
  readonly firstReply: Durations;
  readonly firstResolution: Durations;
};

const MOST_TAGS = 30;

/** @param rows those of the tickets. */
export function cohortOf(columns: TicketColumns, rows: Uint32Array): Cohort {
  const { kind, priority, status, agent, tagList, tagLists } = columns;
  const total = new Tallies(1);
  const kinds = new Tallies(columns.kinds.size);
  const priorities = new Tallies(columns.priorities.size);
  const statuses = new Tallies(columns.statuses.size);
  const agents = new Tallies(columns.agents.size);
  const tags = new Tallies(columns.tags.size);
  const factsOf = factsIn(columns);
  for (const row of rows) {
    const facts = factsOf(row);
    total.add(0, facts);
    kinds.add(kind[row] ?? 0, facts);
    priorities.add(priority[row] ?? 0, facts);
    statuses.add(status[row] ?? 0, facts);
    agents.add(agent[row] ?? 0, facts);
    for (const tag of tagLists[tagList[row] ?? 0] ?? []) tags.add(tag, facts);
  }
  return {
    total: total.toMap(() => 'all').get('all') ?? NONE,
    byKind: kinds.toMap((code) => columns.kinds.valueOf(code) ?? ''),
    byPriority: priorities.toMap((code) => columns.priorities.valueOf(code) ?? ''),
    byStatus: statuses.toMap((code) => columns.statuses.valueOf(code) ?? ''),
    byAgent: agents.toMap((code) => columns.agents.valueOf(code)),
    byTag: mostTickets(tags.toMap((code) => columns.tags.valueOf(code) ?? '')),
    firstReply: durationsOf(timesOf(columns.firstReplyMs, rows)),
    firstResolution: durationsOf(timesOf(columns.firstResolutionMs, rows)),
  };
}

function factsIn(columns: TicketColumns): (row: number) => number {
  const { assigned, resolutions, open, helped } = columns;
  const hasStayed = stayedResolved(columns);
  return (row) => {
    const wasResolved = resolutions[row] !== 0;
    const stayed = hasStayed(row);
    return (
      FACT.reported |
      (assigned[row] === 1 ? FACT.assigned : 0) |
      (wasResolved ? FACT.resolved : 0) |
      (stayed ? FACT.stayed : 0) |
      (wasResolved && !stayed ? FACT.reopened : 0) |
      (open[row] === 1 ? FACT.open : 0) |
      (helped[row] === YES_NO.yes ? FACT.helped : 0) |
      (helped[row] === YES_NO.no ? FACT.notHelped : 0)
    );
  };
}

/** The durations of those tickets that have one. */
function timesOf(times: Float64Array, rows: Uint32Array): Float64Array {
  const found = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const ms = times[row] ?? Number.NaN;
    if (!Number.isNaN(ms)) found[count++] = ms;
  }
  return found.subarray(0, count);
}

function mostTickets(byTag: ReadonlyMap<string, Tally>): ReadonlyMap<string, Tally> {
  const often = [...byTag].sort(
    ([left, { reported: a }], [right, { reported: b }]) => b - a || (left < right ? -1 : 1),
  );
  return new Map(often.slice(0, MOST_TAGS));
}
