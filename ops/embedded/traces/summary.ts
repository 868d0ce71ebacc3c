import type { SpanHead } from './span.ts';

const MAX_NAMES = 200;
const MAX_CORRELATIONS = 20;

/** The span that a trace began with, as far as it is known. */
type First = { readonly name: string; readonly service: string; readonly startUs: number };

/** What lists and searches need to know of a trace; grows with each batch of its spans, in whatever order they come. */
export type Summary = {
  readonly traceId: string;
  /** The span without a parent; null until it has arrived. Of several, the one that began first. */
  readonly root: First | null;
  /** The span that began first of those that have arrived. */
  readonly earliest: First;
  readonly startUs: number;
  readonly endUs: number;
  readonly spans: number;
  readonly errors: number;
  /** In the order in which they were seen. */
  readonly services: readonly string[];
  /** Names of its spans, 200 at most. */
  readonly operations: readonly string[];
  readonly correlationIds: readonly string[];
};

/** The summary after one more span (which is new to the trace). */
export function addToSummary(before: Summary | undefined, span: SpanHead): Summary {
  const { name, service, startUs, isRoot, correlationId } = span;
  const endUs = startUs + span.durationUs;
  const first = { name, service, startUs };
  const error = span.isError ? 1 : 0;
  const correlationIds = correlationId ? [correlationId] : [];
  if (!before) {
    return {
      traceId: span.traceId,
      root: isRoot ? first : null,
      earliest: first,
      startUs,
      endUs,
      spans: 1,
      errors: error,
      services: [service],
      operations: [name],
      correlationIds,
    };
  }
  return {
    traceId: before.traceId,
    root: isRoot && (before.root === null || startUs < before.root.startUs) ? first : before.root,
    earliest: startUs < before.earliest.startUs ? first : before.earliest,
    startUs: Math.min(before.startUs, startUs),
    endUs: Math.max(before.endUs, endUs),
    spans: before.spans + 1,
    errors: before.errors + error,
    services: union(before.services, [service], MAX_NAMES),
    operations: union(before.operations, [name], MAX_NAMES),
    correlationIds: union(before.correlationIds, correlationIds, MAX_CORRELATIONS),
  };
}

function union(list: readonly string[], more: readonly string[], limit: number): readonly string[] {
  const added = more.filter((entry) => !list.includes(entry));
  return added.length === 0 ? list : [...list, ...added].slice(0, limit);
}
