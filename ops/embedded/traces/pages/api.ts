import type { FastifyInstance } from 'fastify';
import { param } from '../../shared/param.ts';
import { Problem } from '../../shared/problem.ts';
import { type Span, toIso } from '../span.ts';
import type { TraceStore } from '../store.ts';
import type { Summary } from '../summary.ts';
import { limitOf, placeName, placeOf, queryOf } from './request.ts';
import { search } from './search.ts';

/** Adds the JSON side of the traces, for tests and tools. */
export function addTracesApi(app: FastifyInstance, store: TraceStore): void {
  app.get('/api/traces', async (request) => {
    const limit = limitOf(request.query, 20, 1000);
    const found = await search(store.newestFirst(placeOf(request.query)), queryOf(request.query), limit);
    return { traces: found.traces.map(summaryToJson), next: found.next && placeName(found.next) };
  });

  app.get('/api/traces/:traceId', async (request) => {
    const traceId = param(request.params, 'traceId');
    const spans = store.spans(traceId);
    if (spans.length === 0) throw new Problem(404, 'There is no such trace. It may be too old to be kept.');
    spans.sort((a, b) => a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1));
    return { traceId, spans: spans.map(spanToJson) };
  });
}

function summaryToJson(trace: Summary) {
  const first = trace.root ?? trace.earliest;
  return {
    traceId: trace.traceId,
    name: first.name,
    service: first.service,
    complete: trace.root !== null,
    services: trace.services,
    spans: trace.spans,
    errors: trace.errors,
    startTime: toIso(trace.startUs),
    durationMs: (trace.endUs - trace.startUs) / 1000,
    correlationIds: trace.correlationIds,
  };
}

function spanToJson({ startUs, durationUs, events, traceId: _, ...span }: Span) {
  return {
    ...span,
    startTime: toIso(startUs),
    durationMs: durationUs / 1000,
    events: events.map(({ name, timeUs, attributes }) => ({ name, time: toIso(timeUs), attributes })),
  };
}
