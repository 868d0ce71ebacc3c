// Statuses and priorities as badges: their labels with what colour they have.
import { PRIORITY_LABELS, STATUS_LABELS } from '../../shared-contracts/documents/ticket-labels.ts';

export const STATUS_BADGES = {
  prepared: { text: STATUS_LABELS.prepared, tone: 'warning' },
  assigned: { text: STATUS_LABELS.assigned, tone: 'info' },
  'in-progress': { text: STATUS_LABELS['in-progress'], tone: 'info' },
  waiting: { text: STATUS_LABELS.waiting, tone: 'neutral' },
  resolved: { text: STATUS_LABELS.resolved, tone: 'good' },
  cancelled: { text: STATUS_LABELS.cancelled, tone: 'neutral' },
} as const;

/** A ticket of normal priority has none: most are. */
export const PRIORITY_BADGES = {
  low: { text: PRIORITY_LABELS.low, tone: 'neutral' },
  normal: undefined,
  high: { text: PRIORITY_LABELS.high, tone: 'warning' },
  urgent: { text: PRIORITY_LABELS.urgent, tone: 'bad' },
} as const;
