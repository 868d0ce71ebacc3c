// GET /charts/{name}: a chart of the figures that the dashboard with the same filters shows in tables.
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { namesOf } from '../employees.ts';
import { NOBODY_LABEL, readTicketFilters } from '../filters/ticket-filters.ts';
import { CHART_NAMES, chartOf } from './dashboard-charts.ts';
import { createChartRenderer } from './render-chart.ts';

const CACHE_SECONDS = 10;
/** A chart has styles of its own inside, and nothing else; opened by itself it may do nothing either. */
const CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

export function serveCharts({ app, readModels, figuresFor }: AnalystsSite): void {
  const render = createChartRenderer();
  app.get<{ Params: { name: string }; Querystring: Record<string, unknown> }>(
    '/charts/:name',
    async (request, reply) => {
      const name = CHART_NAMES.find((each) => `${each}.svg` === request.params.name);
      if (name === undefined) throw new PageError(404, 'There is no such chart.', { code: 'no-such-chart' });
      const theme = oneOf('theme', ['light', 'dark'] as const, request.query.theme);
      const size = oneOf('size', ['wide', 'narrow'] as const, request.query.size);
      const figures = await figuresFor(readTicketFilters(request.query, ['theme', 'size']));
      const agents = name === 'by-agent' ? [...figures.cohort.byAgent.keys()] : [];
      const nameOf = await namesOf(readModels, agents);
      const chart = chartOf(name, figures, (agent) => (agent === null ? NOBODY_LABEL : nameOf(agent)));
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('content-security-policy', CHART_POLICY)
        .header('cache-control', `private, max-age=${CACHE_SECONDS}`)
        .send(render(chart, theme, size));
    },
  );
}

/** The first is what it is when nobody says. */
function oneOf<Choice extends string>(
  name: string,
  choices: readonly [Choice, ...Choice[]],
  value: unknown,
): Choice {
  if (value === undefined || value === '') return choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new PageError(400, `“${name}” must be one of ${choices.join(', ')}.`, { code: 'bad-parameter' });
}
