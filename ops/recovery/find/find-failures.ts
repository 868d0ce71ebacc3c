// Lists of failed messages over one group or many, from what the ledgers' indexes hold in memory.
import type { FailureFilter } from '../../../shared-contracts/messages/replay-selection.ts';
import type { FailureFact } from '../ledger/failure-facts.ts';
import type { Recovery } from '../recovery.ts';
import { matcherOf } from './failure-filter.ts';
import { type Found, ListPage, type Picked, type Place, type Searched } from './list-page.ts';

/** The lists that there are; `again` is the part of `waiting` that was replayed and has failed again. */
export const LIST_STATES = ['waiting', 'again', 'replaying', 'recovered', 'discarded'] as const;
export type ListState = (typeof LIST_STATES)[number];

export type Paged = {
  readonly size: number;
  readonly olderThan?: Place | undefined;
  readonly newerThan?: Place | undefined;
};

export type FoundPage<Group extends Searched = Recovery> = Picked<Group> & {
  /** How many pass the filter, in each list. */
  readonly counts: Readonly<Record<ListState, number>>;
  /** Of how many it is not known whether their event's values match. */
  readonly unread: number;
};

/** Messages of one group that failed in one handler with one error. */
export type ErrorGroup<Group extends Searched = Recovery> = {
  readonly recovery: Group;
  readonly handler: string;
  readonly errorName: string;
  readonly errorCode: string | null;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The last of them to fail. */
  readonly newest: FailureFact;
};

/** One page of a list. The ledgers must have been read to their ends. */
export function findFailures<Group extends Searched>(
  recoveries: readonly Group[],
  list: ListState,
  filter: FailureFilter,
  { size, olderThan, newerThan }: Paged,
): FoundPage<Group> {
  const counts = { waiting: 0, again: 0, replaying: 0, recovered: 0, discarded: 0 };
  const page = new ListPage<Group>(size, olderThan, newerThan);
  const unread = each(recoveries, filter, (found) => {
    counts[found.state] += 1;
    if (isIn(found, 'again')) counts.again += 1;
    if (isIn(found, list)) page.offer(found);
  });
  return { ...page.taken(), counts, unread };
}

/** What is in a list, by error and handler: the most frequent first. The ledgers must have been read to their ends. */
export function groupFailures<Group extends Searched>(
  recoveries: readonly Group[],
  list: ListState,
  filter: FailureFilter,
  most: number,
): { readonly groups: readonly ErrorGroup<Group>[]; readonly left: number } {
  type Growing = { -readonly [Name in keyof ErrorGroup<Group>]: ErrorGroup<Group>[Name] };
  const groups = new Map<string, Growing>();
  each(recoveries, filter, (found) => {
    if (!isIn(found, list)) return;
    const { recovery, fact } = found;
    const { handler, errorName, errorCode, firstAt, lastAt } = fact;
    const key = `${recovery.group.name}\n${handler}\n${errorName}\n${errorCode}`;
    const group = groups.get(key);
    if (group === undefined) {
      const first = { recovery, handler, errorName, errorCode, count: 1, firstAt, lastAt, newest: fact };
      groups.set(key, first);
      return;
    }
    group.count += 1;
    group.firstAt = Math.min(group.firstAt, firstAt);
    if (lastAt < group.lastAt) return;
    group.lastAt = lastAt;
    group.newest = fact;
  });
  const sorted = [...groups.values()].sort(
    (one, other) => other.count - one.count || other.lastAt - one.lastAt,
  );
  return { groups: sorted.slice(0, most), left: Math.max(0, sorted.length - most) };
}

/** @returns of how many it is not known whether they match. */
function each<Group extends Searched>(
  recoveries: readonly Group[],
  filter: FailureFilter,
  take: (found: Found<Group>) => void,
): number {
  const matches = matcherOf(filter);
  let unread = 0;
  for (const recovery of recoveries) {
    const { index, facts } = recovery.ledger;
    for (const fact of facts.all()) {
      const match = matches(fact);
      if (match === undefined) unread += 1;
      else if (match) take({ recovery, fact, state: index.stateAt(fact.row) ?? 'waiting' });
    }
  }
  return unread;
}

function isIn({ state, fact }: Pick<Found, 'state' | 'fact'>, list: ListState): boolean {
  return list === 'again' ? state === 'waiting' && fact.attempt > 1 : state === list;
}
