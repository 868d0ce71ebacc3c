import { EMPLOYEES } from './employee-document.ts';
import { FAILED_MESSAGES } from './failed-message-document.ts';
import { ISSUES } from './issue-document.ts';
import type { PlainDocument, ReadModel } from './read-model.ts';
import { TICKET_DETAILS } from './ticket-details-document.ts';
import { TICKETS } from './ticket-document.ts';
import { TICKET_METRICS } from './ticket-metrics-document.ts';

/** Every collection that people may read: what documents of it are, what is in them, and how they are found. */
export const READ_MODELS: readonly ReadModel<PlainDocument>[] = [
  TICKETS,
  TICKET_DETAILS,
  TICKET_METRICS,
  EMPLOYEES,
  ISSUES,
  FAILED_MESSAGES,
];
