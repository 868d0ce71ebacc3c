import { employees } from './employees.ts';
import { failedMessages } from './failed-messages.ts';
import { issues } from './issues.ts';
import { ticketDetails } from './ticket-details.ts';
import { ticketMetrics } from './ticket-metrics.ts';
import { tickets } from './tickets.ts';
import type { AnyView } from './view.ts';

/** Every read model. */
export const ALL_VIEWS: readonly AnyView[] = [
  tickets,
  employees,
  ticketDetails,
  ticketMetrics,
  issues,
  failedMessages,
];
