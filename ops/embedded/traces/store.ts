import { join } from 'node:path';
import { type Database, open } from 'lmdb';
import type { Span } from './span.ts';
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
  add(spans: readonly Span[]): Promise<{ dropped: number }>;
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

type Entry = { readonly summary: Summary; readonly arrival: number };

/** Opens the traces in a folder. */
export function openTraceStore(dataDir: string, limits: StoreLimits): TraceStore {
  const root = open({ path: join(dataDir, 'traces.lmdb'), maxDbs: 8 });
  const traces: Database<Entry, string> = root.openDB('traces', {});
  const spans: Database<Span, [string, string]> = root.openDB('spans', {});
  const byStart: Database<boolean, [number, string]> = root.openDB('by-start', {});
  const byArrival: Database<string, number> = root.openDB('by-arrival', {});
  const services: Database<boolean, string> = root.openDB('services', {});
  const counters: Database<number, string> = root.openDB('counters', {});

  const counter = (name: 'arrivals' | 'traces' | 'spans') => counters.get(name) ?? 0;
  const spansOf = (traceId: string) =>
    Array.from(spans.getRange({ start: [traceId, ''], end: [traceId, '~'] }), ({ value }) => value);

  function keep(traceId: string, arrived: readonly Span[]): { added: number; dropped: number } {
    const before = traces.get(traceId);
    let summary = before?.summary;
    let added = 0;
    let dropped = 0;
    for (const span of arrived) {
      if (spans.doesExist([traceId, span.spanId])) continue;
      if ((summary?.spans ?? 0) >= limits.spansPerTrace) {
        dropped++;
        continue;
      }
      spans.put([traceId, span.spanId], span);
      summary = addToSummary(summary, span);
      added++;
    }
    if (!summary || added === 0) return { added, dropped };
    if (before) {
      byArrival.remove(before.arrival);
      byStart.remove([before.summary.startUs, traceId]);
    }
    const arrival = counter('arrivals') + 1;
    counters.put('arrivals', arrival);
    if (!before) counters.put('traces', counter('traces') + 1);
    traces.put(traceId, { summary, arrival });
    byArrival.put(arrival, traceId);
    byStart.put([summary.startUs, traceId], true);
    return { added, dropped };
  }

  function evict(traceId: string): void {
    const entry = traces.get(traceId);
    if (!entry) return;
    for (const { spanId } of spansOf(traceId)) spans.remove([traceId, spanId]);
    traces.remove(traceId);
    byArrival.remove(entry.arrival);
    byStart.remove([entry.summary.startUs, traceId]);
    counters.put('traces', counter('traces') - 1);
    counters.put('spans', counter('spans') - entry.summary.spans);
  }

  function makeRoom(atMost: number): void {
    for (let evicted = 0; evicted < atMost; evicted++) {
      if (counter('traces') <= limits.traces && counter('spans') <= limits.spans) return;
      const [oldest] = byArrival.getRange({ limit: 1 });
      if (!oldest) return;
      evict(oldest.value);
    }
  }

  return {
    async add(arrived) {
      const dropped = await root.transaction(() => {
        let dropped = 0;
        let added = 0;
        for (const [traceId, ofTrace] of byTrace(arrived)) {
          const kept = keep(traceId, ofTrace);
          added += kept.added;
          dropped += kept.dropped;
        }
        counters.put('spans', counter('spans') + added);
        for (const name of new Set(arrived.map(({ service }) => service))) {
          if (!services.doesExist(name.slice(0, 200)) && services.getCount() < MAX_SERVICES) {
            services.put(name.slice(0, 200), true);
          }
        }
        makeRoom(arrived.length + EXTRA_EVICTED);
        return dropped;
      });
      await root.flushed;
      return { dropped };
    },
    summary: (traceId) => traces.get(traceId)?.summary,
    spans: spansOf,
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

function byTrace(spans: readonly Span[]): Map<string, Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const group = groups.get(span.traceId);
    if (group) group.push(span);
    else groups.set(span.traceId, [span]);
  }
  return groups;
}
