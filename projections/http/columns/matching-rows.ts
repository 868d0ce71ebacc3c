// Filters as tests of a row: they let through what `ticket-match.ts` lets through of the collection.
import { daysAfter, startOf } from '../filters/days.ts';
import { NOBODY, type TicketFilters } from '../filters/ticket-filters.ts';
import { NO_ROUND, OUTCOME, type TicketColumns, YES_NO } from './ticket-columns.ts';

type RowTest = (row: number) => boolean;

/** Whether a row is of a ticket that all filters let through, whatever day it was reported on. Good until rows are put. */
export function matchOfAnyAgeIn(columns: TicketColumns, filters: TicketFilters): RowTest {
  const tests = [...propertiesOf(columns, filters), ...whatHappened(columns, filters)];
  return (row) => tests.every((test) => test(row));
}

/** From the beginning of the first day up to the end of the last; without an end where the filter has none. */
export function spanOf(from: string | undefined, to: string | undefined) {
  return {
    begin: from === undefined ? Number.NEGATIVE_INFINITY : startOf(from).getTime(),
    end: to === undefined ? Number.POSITIVE_INFINITY : startOf(daysAfter(to, 1)).getTime(),
  };
}

function propertiesOf(columns: TicketColumns, filters: TicketFilters): readonly RowTest[] {
  const { kind, priority, agent, tag, status, open } = filters;
  const { kinds, priorities, statuses, agents } = columns;
  const is = (numbers: ArrayLike<number>, wanted: number): RowTest => {
    return (row) => numbers[row] === wanted;
  };
  return [
    kind === undefined ? [] : [is(columns.kind, kinds.find(kind))],
    priority === undefined ? [] : [is(columns.priority, priorities.find(priority))],
    agent === undefined ? [] : [is(columns.agent, agents.find(agent === NOBODY ? null : agent))],
    tag === undefined ? [] : [hasTag(columns, tag)],
    status === undefined ? [] : [is(columns.status, statuses.find(status))],
    open === undefined ? [] : [is(columns.open, open === 'yes' ? 1 : 0)],
  ].flat();
}

function hasTag({ tags, tagLists, tagList }: TicketColumns, tag: string): RowTest {
  const code = tags.find(tag);
  const having = Uint8Array.from(tagLists, (list) => (list.includes(code) ? 1 : 0));
  return (row) => having[tagList[row] ?? -1] === 1;
}

function whatHappened(columns: TicketColumns, filters: TicketFilters): readonly RowTest[] {
  const { stage, helped, replyFrom, replyBelow, resolutionFrom, resolutionBelow } = filters;
  const { resolvedFrom, resolvedTo, backlogOn } = filters;
  const took = (times: Float64Array, from?: number, below?: number): RowTest[] => {
    if (from === undefined && below === undefined) return [];
    const [least, limit] = [from ?? 0, below ?? Number.POSITIVE_INFINITY];
    return [(row) => isWithin(times[row], least, limit)];
  };
  const inTime = resolvedFrom !== undefined || resolvedTo !== undefined;
  return [
    stage === undefined ? [] : [stageTest(columns, stage)],
    helped === undefined ? [] : [helpedTest(columns, helped)],
    took(columns.firstReplyMs, replyFrom, replyBelow),
    took(columns.firstResolutionMs, resolutionFrom, resolutionBelow),
    inTime ? [resolvedIn(columns, resolvedFrom, resolvedTo)] : [],
    backlogOn === undefined ? [] : [inBacklog(columns, backlogOn)],
  ].flat();
}

function stageTest(columns: TicketColumns, stage: NonNullable<TicketFilters['stage']>): RowTest {
  const { assigned, resolutions } = columns;
  const stayed = stayedResolved(columns);
  switch (stage) {
    case 'assigned':
      return (row) => assigned[row] === 1;
    case 'resolved':
      return (row) => resolutions[row] !== 0;
    case 'stayed':
      return stayed;
    case 'reopened':
      return (row) => resolutions[row] !== 0 && !stayed(row);
  }
}

/** Whether a ticket was resolved once and is still so. */
export function stayedResolved({ resolutions, status, statuses }: TicketColumns): RowTest {
  const resolved = statuses.find('resolved');
  return (row) => resolutions[row] === 1 && status[row] === resolved;
}

function helpedTest({ helped }: TicketColumns, wanted: NonNullable<TicketFilters['helped']>): RowTest {
  if (wanted === 'any') return (row) => helped[row] !== YES_NO.none;
  return (row) => helped[row] === YES_NO[wanted];
}

function resolvedIn(columns: TicketColumns, from: string | undefined, to: string | undefined): RowTest {
  const { begin, end } = spanOf(from, to);
  const { outcome, settledAt } = columns;
  return hasRound(
    columns,
    (round) => outcome[round] === OUTCOME.resolved && isWithin(settledAt[round], begin, end),
  );
}

/** What was open when the day ended. */
function inBacklog(columns: TicketColumns, day: string): RowTest {
  const { end } = spanOf(undefined, day);
  const { openedAt, settledAt } = columns;
  return hasRound(columns, (round) => {
    const settled = settledAt[round] ?? Number.NaN;
    return (openedAt[round] ?? 0) < end && (Number.isNaN(settled) || settled >= end);
  });
}

function hasRound({ firstRound, nextRound }: TicketColumns, test: (round: number) => boolean): RowTest {
  return (row) => {
    for (let at = firstRound[row] ?? NO_ROUND; at !== NO_ROUND; at = nextRound[at] ?? NO_ROUND) {
      if (test(at)) return true;
    }
    return false;
  };
}

/** Never so for `NaN`. */
function isWithin(value: number | undefined, begin: number, end: number): boolean {
  return value !== undefined && value >= begin && value < end;
}
