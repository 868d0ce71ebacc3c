// How fast passwords of one account may be tried: a few at once, then each wait is twice as long as the one before.

/** What is known of the tries since the last one that was right. */
export type Tries = {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
};

export const NO_TRIES: Tries = { count: 0, lastAt: 0 };

const FREE_TRIES = 5;
const FIRST_WAIT_MS = 2000;
/** Long enough to make guessing hopeless, short enough that others cannot keep somebody out of their account for a day. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** More tries than this make no difference any more. */
export const MOST_COUNTED = FREE_TRIES + Math.ceil(Math.log2(LONGEST_WAIT_MS / FIRST_WAIT_MS)) + 1;

/** Milliseconds from now until the next try may be made; 0 for at once. */
export function waitBefore({ count, lastAt }: Tries, now: number): number {
  if (count < FREE_TRIES) return 0;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_TRIES), LONGEST_WAIT_MS);
  return Math.max(0, lastAt + wait - now);
}
