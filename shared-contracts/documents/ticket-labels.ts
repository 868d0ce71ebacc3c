// How the values of a ticket's fields read on pages for employees: of the back office and of the analysts.
import { KINDS, type Kind, PRIORITIES, type Priority } from '../messages/fields.ts';
import { TICKET_STATUSES, type TicketStatus } from './ticket-document.ts';

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  problem: 'Problem',
  question: 'Question',
  request: 'Request',
};

export const PRIORITY_LABELS: Readonly<Record<Priority, string>> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
  urgent: 'Urgent',
};

export const STATUS_LABELS: Readonly<Record<TicketStatus, string>> = {
  prepared: 'Prepared',
  assigned: 'Assigned',
  'in-progress': 'In work',
  waiting: 'Waiting for the customer',
  resolved: 'Resolved',
  cancelled: 'Cancelled',
};

/** The same as choices of a form. */
export const KIND_CHOICES = KINDS.map((value) => ({ value, label: KIND_LABELS[value] }));
export const PRIORITY_CHOICES = PRIORITIES.map((value) => ({ value, label: PRIORITY_LABELS[value] }));
export const STATUS_CHOICES = TICKET_STATUSES.map((value) => ({ value, label: STATUS_LABELS[value] }));
