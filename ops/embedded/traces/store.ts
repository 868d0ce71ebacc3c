import { join } from 'node:path';
import { type Database, open } from 'lmdb';
import { joinSpans } from './kept-spans.ts';
import type { ArrivedSpan, Span, SpanBytes } from './span.ts';
import { addToSummary, type Summary } from './summary.ts';

/** Traces removed with one batch beyond those it brings: a limit smaller than last time is reached step by step. */
const EXTRA_EVICTED = 100;
const MAX_SERVICES = 500;

export type StoreLimits = {
  /** When there are more, those that have heard of no new span for longest go. */
  readonly traces: number;
  /** Of all traces together. */
  readonly spans: number;
  /** Of one trace; what comes after is rejected. */
  readonly spansPerTrace: number;
};

/** The last traces, on disk. */
export type TraceStore = {
  /** Keeps spans, each once; when this resolves they are on disk. Says how many did not fit their trace. */
  add(spans: readonly ArrivedSpan[]): Promise<{ dropped: number }>;
  summary(traceId: string): Summary | undefined;
  /** The spans of a trace, in no order that means anything. */
  spans(traceId: string): Span[];
  /** Summaries by the start of their trace, newest first, from those behind a place in that order. */
  newestFirst(after?: Place): Iterable<Summary>;
  count(): number;
  /** Every service that a span came from, by name. */
  services(): string[];
  close(): Promise<void>;
};

/** Where a trace is in the order of starts. */
export type Place = Pick<Summary, 'startUs' | 'traceId'>;

type Counter = 'arrivals' | 'traces' | 'spans';
/** What is counted, while a batch is kept. */
type Totals = Record<Counter, number>;
type Entry = { readonly summary: Summary; readonly arrival: number };

/** Opens the traces in a folder; `readKept` reads what `joinSpans` joined. */
export function openTraceStore(
  dataDir: string,
  limits: StoreLimits,
  readKept: (bytes: Buffer) => Span[],
): TraceStore {
  const root = open({ path: join(dataDir, 'traces.lmdb'), maxDbs: 16 });
  const traces: Database<Entry, string> = root.openDB('traces', {});
  /** What arrived of a trace at once. */
  const batches: Database<Buffer, [string, number]> = root.openDB('batches', { encoding: 'binary' });
  /** What was not kept as bytes. */
  const spans: Database<Span, [string, string]> = root.openDB('spans', {});
  /** The ids of all spans of a trace, with spaces between them. */
  const ids: Database<string, string> = root.openDB('ids', { encoding: 'string' });
  const byStart: Database<boolean, [number, string]> = root.openDB('by-start', {});
  const byArrival: Database<string, number> = root.openDB('by-arrival', {});
  const services: Database<boolean, string> = root.openDB('services', {});
  const counters: Database<number, string> = root.openDB('counters', {});

  const counter = (name: Counter) => counters.get(name) ?? 0;
  const rangeOf = (traceId: string) => ({ start: [traceId, ''], end: [traceId, '~'] });
  const batchesOf = (traceId: string) => ({ start: [traceId, 0], end: [traceId, Number.MAX_SAFE_INTEGER] });

  /** The ids that a trace has; data of format 1 had no table of them. */
  function idsOf(traceId: string): Set<string> {
    const known = ids.get(traceId);
    if (known !== undefined) return new Set(known.split(' '));
    return new Set(Array.from(spans.getKeys(rangeOf(traceId)), ([, spanId]) => spanId));
  }

  /** Keeps what arrived of one trace; says how many did not fit. */
  function keep(traceId: string, arrived: readonly ArrivedSpan[], totals: Totals): number {
    const before = traces.get(traceId);
    const known = before ? idsOf(traceId) : new Set<string>();
    let summary = before?.summary;
    let added = 0;
    let dropped = 0;
    let together: SpanBytes[] = [];
    const putTogether = () => {
      if (together.length > 0) batches.put([traceId, ++totals.arrivals], joinSpans(together));
      together = [];
    };
    for (const { head, kept } of arrived) {
      if (known.has(head.spanId)) continue;
      if ((summary?.spans ?? 0) >= limits.spansPerTrace) {
        dropped++;
        continue;
      }
      known.add(head.spanId);
      if ('bytes' in kept) {
        if (kept.origin !== together[0]?.origin) putTogether();
        together.push(kept);
      } else spans.put([traceId, head.spanId], kept);
      summary = addToSummary(summary, head);
      added++;
    }
    putTogether();
    if (!summary || added === 0) return dropped;
    if (before) byArrival.remove(before.arrival);
    else totals.traces++;
    if (before && before.summary.startUs !== summary.startUs) {
      byStart.remove([before.summary.startUs, traceId]);
    }
    if (before?.summary.startUs !== summary.startUs) byStart.put([summary.startUs, traceId], true);
    totals.spans += added;
    ids.put(traceId, Array.from(known).join(' '));
    const arrival = ++totals.arrivals;
    traces.put(traceId, { summary, arrival });
    byArrival.put(arrival, traceId);
    return dropped;
  }

  function evict(traceId: string, totals: Totals): void {
    const entry = traces.get(traceId);
    if (!entry) return;
    for (const key of Array.from(batches.getKeys(batchesOf(traceId)))) batches.remove(key);
    for (const key of Array.from(spans.getKeys(rangeOf(traceId)))) spans.remove(key);
    ids.remove(traceId);
    traces.remove(traceId);
    byArrival.remove(entry.arrival);
    byStart.remove([entry.summary.startUs, traceId]);
    totals.traces--;
    totals.spans -= entry.summary.spans;
  }

  function makeRoom(atMost: number, totals: Totals): void {
    for (let evicted = 0; evicted < atMost; evicted++) {
      if (totals.traces <= limits.traces && totals.spans <= limits.spans) return;
      const [oldest] = byArrival.getRange({ limit: 1 });
      if (!oldest) return;
      evict(oldest.value, totals);
    }
  }

  return {
    async add(arrived) {
      const dropped = await root.transaction(() => {
        const totals = { arrivals: counter('arrivals'), traces: counter('traces'), spans: counter('spans') };
        let dropped = 0;
        for (const [traceId, ofTrace] of byTrace(arrived)) dropped += keep(traceId, ofTrace, totals);
        for (const name of new Set(arrived.map(({ head }) => head.service.slice(0, 200)))) {
          if (!services.doesExist(name) && services.getCount() < MAX_SERVICES) services.put(name, true);
        }
        makeRoom(arrived.length + EXTRA_EVICTED, totals);
        counters.put('arrivals', totals.arrivals);
        counters.put('traces', totals.traces);
        counters.put('spans', totals.spans);
        return dropped;
      });
      await root.flushed;
      return { dropped };
    },
    summary: (traceId) => traces.get(traceId)?.summary,
    spans: (traceId) => [
      ...Array.from(batches.getRange(batchesOf(traceId)), ({ value }) => readKept(value)).flat(),
      ...Array.from(spans.getRange(rangeOf(traceId)), ({ value }) => value),
    ],
    *newestFirst(after) {
      const start = after ? { start: [after.startUs, after.traceId], exclusiveStart: true } : {};
      for (const { key } of byStart.getRange({ reverse: true, snapshot: false, ...start })) {
        const entry = traces.get(key[1]);
        if (entry) yield entry.summary;
      }
    },
    count: () => counter('traces'),
    services: () => Array.from(services.getKeys()),
    close: () => root.close(),
  };
}

function byTrace(spans: readonly ArrivedSpan[]): Map<string, ArrivedSpan[]> {
  const groups = new Map<string, ArrivedSpan[]>();
  for (const span of spans) {
    const group = groups.get(span.head.traceId);
    if (group) group.push(span);
    else groups.set(span.head.traceId, [span]);
  }
  return groups;
}
