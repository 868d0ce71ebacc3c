// How kinds, priorities and statuses read on the analysts' pages.
import type { TicketStatus } from '../../shared-contracts/documents/ticket-document.ts';
import type { Kind, Priority } from '../../shared-contracts/messages/fields.ts';

export const KIND_LABELS: Record<Kind, string> = {
  question: 'Question',
  problem: 'Problem',
  request: 'Request',
};

export const PRIORITY_LABELS: Record<Priority, string> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
  urgent: 'Urgent',
};

export const STATUS_LABELS: Record<TicketStatus, string> = {
  prepared: 'Prepared',
  assigned: 'Assigned',
  'in-progress': 'In work',
  waiting: 'Waiting for the customer',
  resolved: 'Resolved',
  cancelled: 'Cancelled',
};

/** In the place of an agent, for tickets that nobody ever had. */
export const NOBODY_LABEL = 'Nobody so far';
