// GET /: the figures of the desk, as charts and tables, for the tickets and days that the filters name.
import { FAILED_MESSAGES } from '../../../shared-contracts/documents/failed-message-document.ts';
import { TICKET_METRICS } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { linkWith } from '../../../shared-contracts/runtime/web/query.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { CHART_NAMES, WIDE_CHARTS } from '../charts/dashboard-charts.ts';
import { namesOf } from '../employees.ts';
import { filterForm } from '../filters/filter-form.ts';
import { readTicketFilters, type TicketFilters } from '../filters/ticket-filters.ts';
import { tablesOf } from './dashboard-tables.ts';

/** Figures younger than this are as good as counted now. */
const NOT_WORTH_SAYING_MS = 2000;

export function showDashboardPage({ app, readModels, freshness, figuresFor, now }: AnalystsSite): void {
  app.get<{ Querystring: Record<string, unknown> }>('/', async (request, reply) => {
    const filters = readTicketFilters(request.query);
    const [figures, fresh] = await Promise.all([
      figuresFor(filters),
      freshness.shown(TICKET_METRICS, FAILED_MESSAGES),
    ]);
    const { period, at, cohort } = figures;
    const shown = { ...filters, from: period.from, to: period.to };
    const [nameOf, form] = await Promise.all([
      namesOf(readModels, [...cohort.byAgent.keys()]),
      filterForm(readModels, shown),
    ]);
    const chart = (name: string, theme: string, size: string) =>
      `/charts/${name}.svg${linkWith(shown, { theme, size })}`;
    return reply.view('dashboard', {
      title: 'The desk in numbers',
      freshness: fresh,
      form,
      filtered: linkWith(shown, {}),
      stepDays: period.stepDays,
      notForFailures: notForFailures(filters),
      countedAt: now().getTime() - at.getTime() > NOT_WORTH_SAYING_MS ? at : undefined,
      tables: tablesOf(figures, filters, nameOf),
      charts: Object.fromEntries(
        CHART_NAMES.map((name) => [
          name,
          {
            light: chart(name, 'light', WIDE_CHARTS.has(name) ? 'wide' : 'narrow'),
            dark: chart(name, 'dark', WIDE_CHARTS.has(name) ? 'wide' : 'narrow'),
            lightNarrow: chart(name, 'light', 'narrow'),
            darkNarrow: chart(name, 'dark', 'narrow'),
          },
        ]),
      ),
    });
  });
}

/** Filters that are set and mean nothing for failed messages, which are of no ticket alone. */
function notForFailures(filters: TicketFilters): string {
  return Object.entries(filters)
    .filter(([name, value]) => value !== undefined && name !== 'from' && name !== 'to')
    .map(([name]) => name)
    .join(', ');
}
