// How kinds, statuses and events read on the pages of the back office.
import { TICKET_STATUSES, type TicketStatus } from '../../shared-contracts/documents/ticket-document.ts';
import { KINDS, type Kind, PRIORITIES, type Priority } from '../../shared-contracts/messages/fields.ts';

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

export const PRIORITY_BADGES: Record<Priority, Badge> = {
  low: { text: 'Low', tone: 'neutral' },
  normal: { text: 'Normal', tone: 'neutral' },
  high: { text: 'High', tone: 'warning' },
  urgent: { text: 'Urgent', tone: 'bad' },
};

export const PRIORITY_CHOICES = PRIORITIES.map((value) => ({ value, label: PRIORITY_BADGES[value].text }));
export const STATUS_CHOICES = TICKET_STATUSES.map((value) => ({ value, label: STATUS_BADGES[value].text }));
export const KIND_CHOICES = KINDS.map((value) => ({ value, label: KIND_LABELS[value] }));
