import type { BackofficeSite } from './backoffice-site.ts';
import { changeManyPages } from './change-many.ts';
import { changeTicketPages } from './change-ticket.ts';
import { employeePages } from './employees.ts';
import { prepareTicketPages } from './prepare-ticket.ts';
import { ticketLists } from './ticket-lists.ts';

/** Who the back office is for; the employees' page says for itself that it is for administrators. */
export const BACKOFFICE_ROLES = { read: ['agent'], act: ['agent'] } as const;

/** All pages of the back office. */
export function registerPages(site: BackofficeSite): void {
  ticketLists(site);
  prepareTicketPages(site);
  changeManyPages(site);
  changeTicketPages(site);
  employeePages(site);
}
