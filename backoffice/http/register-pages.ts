import type { BackofficeSite } from './backoffice-site.ts';
import { employeePages } from './employees.ts';
import { prepareTicketPages } from './prepare-ticket.ts';
import { changeTicketPages } from './ticket/change-ticket.ts';
import { changeManyPages } from './ticket-list/change-many.ts';
import { listTicketsPage } from './ticket-list/list-tickets.ts';

/** Who the back office is for; the employees' page says for itself that it is for administrators. */
export const BACKOFFICE_ROLES = { read: ['agent'], act: ['agent'] } as const;

/** All pages of the back office. */
export function registerPages(site: BackofficeSite): void {
  listTicketsPage(site);
  prepareTicketPages(site);
  changeManyPages(site);
  changeTicketPages(site);
  employeePages(site);
}
