import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Place } from '../store.ts';
import type { Summary } from '../summary.ts';

const TRACES_PER_TURN = 1000;

/** What to look for in traces; a part that is null matches all. */
export type TraceQuery = {
  readonly service: string | null;
  /** Somewhere in the name of a span, upper and lower case being the same. */
  readonly operation: string | null;
  readonly correlationId: string | null;
  /** Traces with an error only. */
  readonly error: boolean;
  readonly minDurationUs: number | null;
  readonly maxDurationUs: number | null;
  /** Traces that began at or after this. */
  readonly fromUs: number | null;
  /** Traces that began before this. */
  readonly toUs: number | null;
};

/** Whether a trace is one that the query looks for. */
function matches(trace: Summary, query: TraceQuery): boolean {
  const durationUs = trace.endUs - trace.startUs;
  const operation = query.operation?.toLowerCase();
  return (
    (query.service === null || trace.services.includes(query.service)) &&
    (operation === undefined || trace.operations.some((name) => name.toLowerCase().includes(operation))) &&
    (query.correlationId === null || trace.correlationIds.includes(query.correlationId)) &&
    (!query.error || trace.errors > 0) &&
    (query.minDurationUs === null || durationUs >= query.minDurationUs) &&
    (query.maxDurationUs === null || durationUs <= query.maxDurationUs) &&
    (query.fromUs === null || trace.startUs >= query.fromUs) &&
    (query.toUs === null || trace.startUs < query.toUs)
  );
}

/**
 * The first traces that match, and the place to go on from where there are more.
 *
 * @param traces newest first; reading stops at the first that is older than the query's time
 */
export async function search(
  traces: Iterable<Summary>,
  query: TraceQuery,
  limit: number,
): Promise<{ traces: Summary[]; next: Place | null }> {
  const found: Summary[] = [];
  let read = 0;
  for (const trace of traces) {
    if (query.fromUs !== null && trace.startUs < query.fromUs) break;
    if (++read % TRACES_PER_TURN === 0) await nextTurn();
    if (!matches(trace, query)) continue;
    const last = found.at(-1);
    if (found.length === limit && last) return { traces: found, next: last };
    found.push(trace);
  }
  return { traces: found, next: null };
}
