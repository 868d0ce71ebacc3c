// How kinds, statuses and events read on the pages of the back office.
import type { TicketStatus } from '../../shared-contracts/documents/ticket-document.ts';
import type { Kind } from '../../shared-contracts/messages/fields.ts';

export const KIND_LABELS: Record<Kind, string> = {
  problem: 'Problem',
  question: 'Question',
  request: 'Request',
};

type Badge = { readonly text: string; readonly tone: 'neutral' | 'info' | 'good' | 'warning' | 'bad' };

export const STATUS_BADGES: Record<TicketStatus, Badge> = {
  prepared: { text: 'Prepared', tone: 'warning' },
  assigned: { text: 'Assigned', tone: 'info' },
  'in-progress': { text: 'In work', tone: 'info' },
  waiting: { text: 'Waiting for the customer', tone: 'neutral' },
  resolved: { text: 'Resolved', tone: 'good' },
  cancelled: { text: 'Cancelled', tone: 'neutral' },
};
