import type { Test } from 'tap';
import { startTracesNode } from '../node.ts';

/** The trace that `span` makes spans of. */
export const ID = '0af7651916cd43dd8448eb211c80319c';
type Json = { traces: { name: string }[]; spans: Record<string, unknown>[]; next: string };

/** When `span 0` begins, in nanoseconds: 2026-01-02T03:04:05Z. */
export const NS = 1_767_323_045_000_000_000n;

/** For tests: a traces node of its own, and ways to its OTLP, its page and its JSON. */
export async function start(t: Test, options: { keepTraces?: number; dataDir?: string } = {}) {
  const node = await startTracesNode({
    port: 0,
    pagePort: 0,
    ...options,
    dataDir: options.dataDir ?? t.testdir(),
  });
  let closed = false;
  const close = async () => {
    if (!closed) await node.close();
    closed = true;
  };
  t.teardown(close);
  const otlp = `http://127.0.0.1:${node.ports.otlp}`;
  const url = `http://127.0.0.1:${node.ports.tracesPage}`;
  const page = async (path: string) => (await fetch(url + path)).text();
  const json = async (path: string): Promise<Json> => (await fetch(url + path)).json() as Promise<Json>;
  const send = (spans: unknown[], service = 'customer') =>
    fetch(`${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request(spans, service)),
    });
  const names = async (query: string): Promise<string[]> =>
    (await json(`/api/traces?${query}`)).traces.map(({ name }) => name);
  return { otlp, url, page, json, send, names, close };
}

/** An ExportTraceServiceRequest of one service. */
export function request(spans: unknown[], service: string) {
  const attributes = [{ key: 'service.name', value: { stringValue: service } }];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] };
}

/** A span of OTLP/JSON that begins some milliseconds after a fixed time. */
export function span(spanId: number, more: Record<string, unknown> = {}, startMs = spanId, durationMs = 10) {
  const start = NS + BigInt(startMs) * 1_000_000n;
  return {
    traceId: ID,
    spanId: hex(spanId),
    name: `span ${spanId}`,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.round(durationMs * 1000)) * 1000n),
    ...more,
  };
}

/** A number as a span id, and as a trace id. */
export const hex = (id: number) => id.toString(16).padStart(16, '0');
export const traceId = (id: number) => id.toString(16).padStart(32, '0');
