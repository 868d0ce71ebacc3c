import type { Durations } from '../dashboard/durations.ts';

/** Durations as the API tells them: what a bin is called is for people. */
export function durationsAnswer({ count, p50, p90, p95, bins }: Durations) {
  return {
    ...{ count, p50, p90, p95 },
    bins: bins.map(({ fromMs, belowMs, count: inside }) => ({ fromMs, belowMs, count: inside })),
  };
}
