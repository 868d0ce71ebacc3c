/** One measured number: its median, and the spread of the runs that it comes from. */
export type Measured = {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
};

/** What one benchmark measured, by key (section 12 of the design lists the keys). */
export type BenchResults = Readonly<Record<string, Measured>>;

/** Sums up several runs. @throws Error where there were none. */
export function summarize(values: readonly number[], unit: string): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const min = sorted[0];
  const max = sorted.at(-1);
  if (median === undefined || min === undefined || max === undefined) {
    throw new Error('Nothing was measured.');
  }
  return { median: rounded(median), min: rounded(min), max: rounded(max), unit };
}

function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

/** The share of the values that is at or below the result: 0.99 for the 99th percentile. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
