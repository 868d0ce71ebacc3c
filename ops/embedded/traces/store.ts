import { join } from 'node:path';
import { asBinary, type Binary, type Database, open } from 'lmdb';
import type { ArrivedSpan, Span } from './span.ts';
import { addToSummary, type Summary } from './summary.ts';

/** Traces removed with one batch beyond those it brings: a limit smaller than last time is reached step by step. */
const EXTRA_EVICTED = 100;
const MAX_SERVICES = 500;
/** What the bytes of a span begin with (field 1 of KeptSpan); a value in MessagePack never does, being an object. */
const KEPT_AS_BYTES = 10;

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

/** Opens the traces in a folder; `readKept` reads a span that was kept as bytes. */
export function openTraceStore(
  dataDir: string,
  limits: StoreLimits,
  readKept: (bytes: Buffer) => Span,
): TraceStore {
  const root = open({ path: join(dataDir, 'traces.lmdb'), maxDbs: 8 });
  const traces: Database<Entry, string> = root.openDB('traces', {});
  const spans: Database<Span | Binary, [string, string]> = root.openDB('spans', {});
  const byStart: Database<boolean, [number, string]> = root.openDB('by-start', {});
  const byArrival: Database<string, number> = root.openDB('by-arrival', {});
  const services: Database<boolean, string> = root.openDB('services', {});
  const counters: Database<number, string> = root.openDB('counters', {});

  const counter = (name: Counter) => counters.get(name) ?? 0;
  const keysOf = (traceId: string) => spans.getKeys({ start: [traceId, ''], end: [traceId, '~'] });

  function* spansOf(traceId: string): Iterable<Span> {
    for (const key of keysOf(traceId)) {
      const bytes = spans.getBinary(key);
      if (bytes?.[0] === KEPT_AS_BYTES) {
        yield readKept(bytes);
        continue;
      }
      const span = spans.get(key);
      if (span && 'traceId' in span) yield span;
    }
  }

  /** Keeps what arrived of one trace; says how many did not fit. */
  function keep(traceId: string, arrived: readonly ArrivedSpan[], totals: Totals): number {
    const before = traces.get(traceId);
    let summary = before?.summary;
    let added = 0;
    let dropped = 0;
    for (const { head, kept } of arrived) {
      const key: [string, string] = [traceId, head.spanId];
      if (spans.doesExist(key)) continue;
      if ((summary?.spans ?? 0) >= limits.spansPerTrace) {
        dropped++;
        continue;
      }
      spans.put(key, Buffer.isBuffer(kept) ? asBinary(kept) : kept);
      summary = addToSummary(summary, head);
      added++;
    }
    if (!summary || added === 0) return dropped;
    if (before) byArrival.remove(before.arrival);
    else totals.traces++;
    if (before && before.summary.startUs !== summary.startUs) {
      byStart.remove([before.summary.startUs, traceId]);
    }
    if (before?.summary.startUs !== summary.startUs) byStart.put([summary.startUs, traceId], true);
    totals.spans += added;
    const arrival = ++totals.arrivals;
    traces.put(traceId, { summary, arrival });
    byArrival.put(arrival, traceId);
    return dropped;
  }

  function evict(traceId: string, totals: Totals): void {
    const entry = traces.get(traceId);
    if (!entry) return;
    for (const key of Array.from(keysOf(traceId))) spans.remove(key);
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
    spans: (traceId) => Array.from(spansOf(traceId)),
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
