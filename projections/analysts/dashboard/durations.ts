// Percentiles and histogram of a duration, from how often each rounded duration occurs.

/**
 * Durations are rounded down before they are counted, so that a group for each is bounded: to a second below an hour, to a
 * minute below two days, to an hour beyond. Percentiles are exact but for that.
 */
export type Rounded = { readonly _id: number; readonly count: number };

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

const SECOND = 1000;
const MINUTE = 60 * SECOND;
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

/** The stages that count how often each rounded duration of a field occurs. */
export function countDurations(field: 'firstReplyMs' | 'firstResolutionMs') {
  const value = `$${field}`;
  const unit = {
    $cond: [{ $lt: [value, HOUR] }, SECOND, { $cond: [{ $lt: [value, 2 * DAY] }, MINUTE, HOUR] }],
  };
  return [
    { $match: { [field]: { $ne: null } } },
    { $group: { _id: { $subtract: [value, { $mod: [value, unit] }] }, count: { $sum: 1 } } },
  ];
}

/** Percentiles by nearest rank: the smallest duration that this share of the tickets did not exceed. */
export function durationsOf(rounded: readonly Rounded[]): Durations {
  const sorted = rounded.toSorted((left, right) => left._id - right._id);
  const count = sorted.reduce((sum, each) => sum + each.count, 0);
  const percentile = (share: number): number | null => {
    const rank = Math.ceil(share * count);
    let seen = 0;
    for (const each of sorted) {
      seen += each.count;
      if (seen >= rank) return each._id;
    }
    return null;
  };
  const bins = BIN_STARTS.map(([fromMs, label], index) => {
    const belowMs = BIN_STARTS[index + 1]?.[0] ?? null;
    const inside = sorted.filter(({ _id }) => _id >= fromMs && (belowMs === null || _id < belowMs));
    return { label, fromMs, belowMs, count: inside.reduce((sum, each) => sum + each.count, 0) };
  });
  return { count, p50: percentile(0.5), p90: percentile(0.9), p95: percentile(0.95), bins };
}
