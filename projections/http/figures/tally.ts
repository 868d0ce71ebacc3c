// How many tickets of a share came how far, counted for many shares at once.

/** What the words mean stands beside `STAGES` of the filters. */
export type Tally = {
  readonly reported: number;
  readonly assigned: number;
  readonly resolved: number;
  readonly stayed: number;
  readonly reopened: number;
  readonly open: number;
  readonly helped: number;
  readonly notHelped: number;
};

/** What is true of a ticket: one bit for each number of a tally, in this order. */
export const FACT = {
  reported: 1,
  assigned: 2,
  resolved: 4,
  stayed: 8,
  reopened: 16,
  open: 32,
  helped: 64,
  notHelped: 128,
} as const satisfies { readonly [Name in keyof Tally]: number };

const NUMBERS = 8;

export const NONE = tallyOf(new Int32Array(NUMBERS), 0);

/** Tallies of shares that are numbered from 0. */
export class Tallies {
  readonly #counts: Int32Array;

  constructor(shares: number) {
    this.#counts = new Int32Array(shares * NUMBERS);
  }

  /** @param facts the bits of what is true of a ticket of this share. */
  add(share: number, facts: number): void {
    let at = share * NUMBERS;
    for (let left = facts; left !== 0; left >>= 1) {
      if ((left & 1) === 1) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      at += 1;
    }
  }

  /** Of those shares that have tickets, by their values. */
  toMap<Value>(nameOf: (share: number) => Value): ReadonlyMap<Value, Tally> {
    const tallies = new Map<Value, Tally>();
    for (let at = 0; at < this.#counts.length; at += NUMBERS) {
      const tally = tallyOf(this.#counts, at);
      if (tally.reported > 0) tallies.set(nameOf(at / NUMBERS), tally);
    }
    return tallies;
  }
}

function tallyOf(counts: Int32Array, at: number): Tally {
  const [reported = 0, assigned = 0, resolved = 0, stayed = 0, ...others] = counts.subarray(at, at + NUMBERS);
  const [reopened = 0, open = 0, helped = 0, notHelped = 0] = others;
  return { reported, assigned, resolved, stayed, reopened, open, helped, notHelped };
}
