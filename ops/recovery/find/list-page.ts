// One page of a list of failed messages, picked out of all of them in one pass.
import type { FailedState } from '../../../shared-contracts/messages/failed-message-state.ts';
import type { FailureFact } from '../ledger/failure-facts.ts';
import type { Recovery } from '../recovery.ts';

/** A group whose failed messages can be found. */
export type Searched = {
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

/** A page, and where the pages before and after it begin; undefined where there is none. */
export type Picked<Group extends Searched> = {
  readonly rows: readonly Found<Group>[];
  readonly newer: Place | undefined;
  readonly older: Place | undefined;
};

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
export class ListPage<Group extends Searched> {
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

  taken(): Picked<Group> {
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
