import type { AnalystsSite } from './analysts-site.ts';
import { serveCharts } from './charts/serve-charts.ts';
import { showCollections } from './collections/show-collections.ts';
import { keepColumns } from './columns/keep-columns.ts';
import { showDashboard } from './dashboard/show-dashboard.ts';
import { exportTickets } from './export/export-tickets.ts';
import { listFailures } from './failures/list-failures.ts';
import { createFigures, type FiguresFor } from './figures/figures.ts';
import { listTickets } from './tickets/list-tickets.ts';
import { showTicket } from './tickets/show-ticket.ts';

/** Who the analysts' site is for. */
export const ANALYSTS_ROLES = { read: ['analyst'], act: ['analyst'] } as const;

/** All pages of the analysts' site. @returns the figures that its dashboard shows. */
export function registerPages(site: AnalystsSite): FiguresFor {
  const keeper = keepColumns(site);
  site.app.addHook('onListen', async () => keeper.start());
  site.app.addHook('onClose', async () => keeper.stop());
  const figuresFor = createFigures(site, keeper);
  showDashboard(site, figuresFor);
  serveCharts(site, figuresFor);
  listTickets(site);
  listFailures(site);
  exportTickets(site);
  showTicket(site);
  showCollections(site);
  return figuresFor;
}
