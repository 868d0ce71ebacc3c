import type { AnalystsSite } from './analysts-site.ts';
import { serveCharts } from './charts/serve-charts.ts';
import { showCollectionsPage } from './collections/show-collections.ts';
import { showDashboardPage } from './dashboard/show-dashboard.ts';
import { serveExports } from './export/serve-exports.ts';
import { listFailuresPage } from './failures/list-failures.ts';
import { listTicketsPage } from './tickets/list-tickets.ts';
import { showTicketPage } from './tickets/show-ticket.ts';

/** Who the analysts' site is for. */
export const ANALYSTS_ROLES = { read: ['analyst'], act: ['analyst'] } as const;

/** All pages of the analysts' site, but for those that `registerApi` has: of the API and its tokens. */
export function registerPages(site: AnalystsSite): void {
  showDashboardPage(site);
  serveCharts(site);
  listTicketsPage(site);
  listFailuresPage(site);
  serveExports(site);
  showTicketPage(site);
  showCollectionsPage(site);
}
