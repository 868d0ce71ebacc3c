/** Random choices that can be made again: the same seed makes the same ones. */
export type Chance = {
  readonly seed: number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  shuffled<Value>(values: readonly Value[]): readonly Value[];
};

/** Of the seed in `DESKSTREAM_FAULTS_SEED`, or of a new one; the test says which, so that a run can be repeated. */
export function takeChance(t: { comment(line: string): void }): Chance {
  const seed = Number(process.env.DESKSTREAM_FAULTS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.comment(`DESKSTREAM_FAULTS_SEED=${seed}`);
  const next = mulberry32(seed);
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    seed,
    between,
    shuffled: (values) => {
      const left = [...values];
      return values.flatMap(() => left.splice(between(0, left.length - 1), 1));
    },
  };
}

/** Tommy Ettinger's mulberry32: small, and good enough to choose moments. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
