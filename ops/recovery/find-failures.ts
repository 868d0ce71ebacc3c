// Lists of failed messages over one group or many, from what the ledgers' indexes hold in memory.
import type { FailedState } from '../../shared-contracts/messages/failed-message-state.ts';
import type { FailureFilter } from '../../shared-contracts/messages/replay-selection.ts';
import type { FailureFact } from './failure-facts.ts';
import { matcherOf } from './failure-filter.ts';
import type { Recovery } from './recovery.ts';

/** The lists that there are; `again` is the part of `waiting` that was replayed and has failed again. */
export const LIST_STATES = ['waiting', 'again', 'replaying', 'recovered', 'discarded'] as const;
export type ListState = (typeof LIST_STATES)[number];

/** A group whose failed messages can be found. */
type Searched = {
  readonly group: { readonly name: string };
  readonly ledger: Pick<Recovery['ledger'], 'index' | 'facts'>;
};

export type Found<Group extends Searched = Recovery> = {
  readonly recovery: Group;
  readonly fact: FailureFact;
  readonly state: FailedState;
};

/** A place in a list, whose order is: the last to fail first, then by group and ledger. */
export type Place = { readonly at: number; readonly group: string; readonly parkedAt: number };

export type Paged = {
  readonly size: number;
  readonly olderThan?: Place | undefined;
  readonly newerThan?: Place | undefined;
};

export type FoundPage<Group extends Searched = Recovery> = {
  readonly rows: readonly Found<Group>[];
  /** How many pass the filter, in each list. */
  readonly counts: Readonly<Record<ListState, number>>;
  /** Where the pages before and after this one begin; undefined where there is none. */
  readonly newer: Place | undefined;
  readonly older: Place | undefined;
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
  const page = new Page<Group>(size, olderThan, newerThan);
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

function placeOf({ recovery, fact }: Found<Searched>): Place {
  return { at: fact.lastAt, group: recovery.group.name, parkedAt: fact.parkedAt };
}

/** Below zero where the first stands before the other in a list. */
function compare(one: Place, other: Place): number {
  if (one.at !== other.at) return other.at - one.at;
  if (one.group !== other.group) return one.group < other.group ? -1 : 1;
  return other.parkedAt - one.parkedAt;
}

/** Picks the few that are nearest to where the page begins, out of many that come in any order. */
class Page<Group extends Searched> {
  readonly #size: number;
  readonly #from: Place | undefined;
  /** 1: the page goes on from its beginning to what failed before; -1: back to what failed after. */
  readonly #direction: 1 | -1;
  /** The nearest first; one more than the page holds, to know whether there is more. */
  readonly #nearest: Found<Group>[] = [];
  #skipped = false;

  constructor(size: number, olderThan: Place | undefined, newerThan: Place | undefined) {
    this.#size = size;
    this.#from = newerThan ?? olderThan;
    this.#direction = newerThan === undefined ? 1 : -1;
  }

  offer(found: Found<Group>): void {
    const place = placeOf(found);
    if (this.#from !== undefined && compare(place, this.#from) * this.#direction <= 0) {
      this.#skipped = true;
      return;
    }
    let at = this.#nearest.length;
    for (let other = this.#nearest[at - 1]; other !== undefined; other = this.#nearest[at - 1]) {
      if (compare(place, placeOf(other)) * this.#direction > 0) break;
      at -= 1;
    }
    if (at > this.#size) return;
    this.#nearest.splice(at, 0, found);
    if (this.#nearest.length > this.#size + 1) this.#nearest.pop();
  }

  taken(): Pick<FoundPage<Group>, 'rows' | 'newer' | 'older'> {
    const more = this.#nearest.length > this.#size;
    const rows = this.#nearest.slice(0, this.#size);
    const forwards = this.#direction === 1;
    if (!forwards) rows.reverse();
    const [first] = rows;
    const last = rows.at(-1);
    return {
      rows,
      newer: first !== undefined && (forwards ? this.#skipped : more) ? placeOf(first) : undefined,
      older: last !== undefined && (forwards ? more : this.#skipped) ? placeOf(last) : undefined,
    };
  }
}
