// GET /charts/{name}: a chart of the figures that the dashboard with the same filters shows in tables.
import type { FastifyInstance } from 'fastify';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { FiguresFor } from '../dashboard/figures.ts';
import { readTicketFilters } from '../filters/ticket-filters.ts';
import { CHART_NAMES, chartOf } from './dashboard-charts.ts';
import { createChartRenderer } from './render-chart.ts';

const CACHE_SECONDS = 10;
/** A chart has styles of its own inside, and nothing else; opened by itself it may do nothing either. */
const CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

export function serveCharts(app: FastifyInstance, figuresFor: FiguresFor): void {
  const render = createChartRenderer();
  app.get<{ Params: { name: string }; Querystring: Record<string, unknown> }>(
    '/charts/:name',
    async (request, reply) => {
      const name = CHART_NAMES.find((each) => `${each}.svg` === request.params.name);
      if (name === undefined) throw new PageError(404, 'There is no such chart.');
      const { theme, size } = request.query;
      const filters = readTicketFilters(request.query, ['theme', 'size']);
      const svg = render(
        chartOf(name, await figuresFor(filters)),
        theme === 'dark' ? 'dark' : 'light',
        size === 'narrow' ? 'narrow' : 'wide',
      );
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('content-security-policy', CHART_POLICY)
        .header('cache-control', `private, max-age=${CACHE_SECONDS}`)
        .send(svg);
    },
  );
}
