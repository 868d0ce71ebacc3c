// What the read models of tickets have in common: where the work stands, and how it is sorted. Folded as the back office does.
import {
  OPEN_STATUSES,
  type OpenStatus,
  type TicketStatus,
} from '../../shared-contracts/documents/ticket-document.ts';
import type { Priority } from '../../shared-contracts/messages/fields.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';

export type Work = {
  readonly status: TicketStatus;
  /** Where a waiting ticket goes back to. */
  readonly before: OpenStatus;
  readonly assigneeId: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
};

export const PREPARED_WORK: Work = {
  status: 'prepared',
  before: 'prepared',
  assigneeId: null,
  priority: 'normal',
  tags: [],
};

/** Whether somebody has something to do about a ticket. */
export function isOpen(status: TicketStatus): boolean {
  return status !== 'resolved' && status !== 'cancelled';
}

/** What of this a ticket is after an event. */
export function workAfter(work: Work, event: TicketEvent): Work {
  const { status, before, assigneeId, priority, tags } = work;
  const still = { status, before, assigneeId, priority, tags };
  switch (event.type) {
    case 'TicketPrepared':
      return PREPARED_WORK;
    case 'TicketAssigned':
      return { ...still, status: 'assigned', assigneeId: event.data.employeeId };
    case 'TicketUnassigned':
      return unassigned(still);
    case 'TicketStarted':
    case 'TicketStatusReported':
      return { ...still, status: 'in-progress' };
    case 'TicketPausedForCustomer':
      return { ...still, status: 'waiting', before: OPEN_STATUSES.find((open) => open === status) ?? before };
    case 'TicketReplyReceived':
      return status === 'waiting' ? { ...still, status: before } : still;
    case 'TicketPriorityChanged':
      return { ...still, priority: event.data.priority };
    case 'TicketTagged':
      return { ...still, tags: [...tags, event.data.tag] };
    case 'TicketUntagged':
      return { ...still, tags: tags.filter((tag) => tag !== event.data.tag) };
    case 'TicketResolved':
      return { ...still, status: 'resolved' };
    case 'TicketReopened':
      return { ...still, status: assigneeId === null ? 'prepared' : 'assigned' };
    case 'TicketCancelled':
      return { ...still, status: 'cancelled' };
    case 'TicketReplySent':
    case 'TicketNoteAdded':
    case 'TicketRated':
      return still;
  }
}

function unassigned(work: Work): Work {
  if (work.status === 'waiting') return { ...work, before: 'prepared', assigneeId: null };
  return { ...work, status: isOpen(work.status) ? 'prepared' : work.status, assigneeId: null };
}
