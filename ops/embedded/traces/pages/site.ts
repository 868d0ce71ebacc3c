import type { FastifyInstance } from 'fastify';
import { addLive } from '../../shared/live.ts';
import { param } from '../../shared/param.ts';
import { Problem } from '../../shared/problem.ts';
import { createSite } from '../../shared/site.ts';
import type { TraceStore } from '../store.ts';
import { addTracesApi } from './api.ts';
import { placeName, placeOf, queryOf } from './request.ts';
import { search } from './search.ts';
import { helpers } from './view-helpers.ts';
import { toWaterfall } from './waterfall.ts';

const PAGE_SIZE = 50;
const FILTERS = ['service', 'operation', 'correlationId', 'error', 'minMs', 'maxMs', 'from', 'to'];

/** The pages of the traces and their JSON; `changed` refreshes what people look at. */
export async function createTracesSite(
  store: TraceStore,
): Promise<{ app: FastifyInstance; changed(): void }> {
  const app = await createSite({
    title: 'Traces',
    pagesDir: import.meta.dirname,
    helpers,
    styles: ['traces.css'],
  });
  const live = addLive(app);
  addTracesApi(app, store);

  app.get('/', async (request, reply) => {
    const after = placeOf(request.query);
    const { traces, next } = await search(store.newestFirst(after), queryOf(request.query), PAGE_SIZE);
    const filters = Object.fromEntries(
      FILTERS.flatMap((name) => {
        const value = param(request.query, name);
        return value === '' ? [] : [[name, value]];
      }),
    );
    const link = (more: Record<string, string>) => `/?${new URLSearchParams({ ...filters, ...more })}`;
    return reply.view('list', {
      traces,
      filters,
      filtered: Object.keys(filters).length > 0,
      services: store.services(),
      kept: store.count(),
      newest: after && link({}),
      older: next && link({ after: placeName(next) }),
    });
  });

  // Where Jaeger's own pages have a trace, so that links to it lead to the one server and to the other.
  app.get('/trace/:traceId', (request, reply) => {
    const traceId = encodeURIComponent(param(request.params, 'traceId'));
    return reply.redirect(`/traces/${traceId}`, 302);
  });

  app.get('/traces/:traceId', async (request, reply) => {
    const traceId = param(request.params, 'traceId').toLowerCase();
    const summary = store.summary(traceId);
    if (!summary) throw new Problem(404, 'There is no such trace. It may be too old to be kept.');
    const first = summary.root ?? summary.earliest;
    return reply.view('trace', {
      title: first.name,
      summary,
      first,
      waterfall: toWaterfall(store.spans(traceId), Number(param(request.query, 'row'))),
    });
  });

  return { app, changed: live.changed };
}
