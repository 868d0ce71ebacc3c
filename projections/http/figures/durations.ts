// Percentiles and histogram of a duration.

export type Durations = {
  readonly count: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly bins: readonly Bin[];
};

export type Bin = {
  readonly label: string;
  readonly fromMs: number;
  readonly belowMs: number | null;
  readonly count: number;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const BIN_STARTS: readonly (readonly [fromMs: number, label: string])[] = [
  [0, 'below 5 min'],
  [5 * MINUTE, '5 to 15 min'],
  [15 * MINUTE, '15 to 30 min'],
  [30 * MINUTE, '30 to 60 min'],
  [HOUR, '1 to 2 h'],
  [2 * HOUR, '2 to 4 h'],
  [4 * HOUR, '4 to 8 h'],
  [8 * HOUR, '8 to 24 h'],
  [DAY, '1 to 2 days'],
  [2 * DAY, '2 to 4 days'],
  [4 * DAY, '4 to 7 days'],
  [7 * DAY, '1 to 2 weeks'],
  [14 * DAY, '2 to 4 weeks'],
  [28 * DAY, '4 weeks and more'],
];

/**
 * Percentiles by nearest rank: the smallest duration that this share of them did not exceed.
 *
 * @param durations milliseconds, sorted in place.
 */
export function durationsOf(durations: Float64Array): Durations {
  durations.sort();
  const percentile = (share: number) => durations[Math.ceil(share * durations.length) - 1] ?? null;
  const bins = BIN_STARTS.map(([fromMs, label], index) => {
    const belowMs = BIN_STARTS[index + 1]?.[0] ?? null;
    const end = belowMs === null ? durations.length : countBelow(durations, belowMs);
    return { label, fromMs, belowMs, count: end - countBelow(durations, fromMs) };
  });
  return { count: durations.length, p50: percentile(0.5), p90: percentile(0.9), p95: percentile(0.95), bins };
}

function countBelow(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
