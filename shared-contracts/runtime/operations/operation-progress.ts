// How fast an operation is and how long it will still take, from its reports. Pure.
import type { OperationState } from './operation-state.ts';

export type OperationProgress = {
  readonly done: number;
  readonly total: number | null;
  /** 0 to 100; null as long as nobody knows the total. */
  readonly percent: number | null;
  /** Items a second; null before the second report. */
  readonly rate: number | null;
  /** Seconds. */
  readonly timeLeft: number | null;
};

/**
 * @param earlier another report, such as the first that was seen
 * @param seconds between the two
 */
export function progressSince(
  { done, total }: Pick<OperationState, 'done' | 'total'>,
  earlier: number,
  seconds: number,
): OperationProgress {
  const rate = seconds > 0 && done > earlier ? (done - earlier) / seconds : null;
  const percent = total === null || total === 0 ? null : Math.min(100, (100 * done) / total);
  const timeLeft = rate === null || total === null ? null : Math.max(0, total - done) / rate;
  return { done, total, percent, rate, timeLeft };
}
