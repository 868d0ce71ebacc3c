// tickets: one document a ticket, for the lists of the back office and the counts of the analysts.
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import type { View } from './view.ts';

export const tickets: View<TicketDocument, TicketEvent> = {
  model: TICKETS,
  group: GROUPS.projectionsTickets,
  category: categoryOf.ticket,
  events: TICKET_EVENTS,
  isEvent: isOneOf(TICKET_EVENTS),

  apply(document, event, { id, revision, occurredAt }) {
    if (event.type === 'TicketPrepared') {
      const { issueId, subject, kind } = event.data;
      return {
        _id: id,
        revision,
        issueId,
        subject,
        kind,
        status: 'prepared',
        before: 'prepared',
        assigneeId: null,
        preparedAt: occurredAt,
        updatedAt: occurredAt,
      };
    }
    if (document === undefined) return undefined;
    const next = { ...document, revision, updatedAt: occurredAt };
    switch (event.type) {
      case 'TicketAssigned':
        return { ...next, status: 'assigned', assigneeId: event.data.employeeId };
      case 'TicketUnassigned':
        return { ...next, status: 'prepared', assigneeId: null };
      case 'TicketStarted':
      case 'TicketStatusReported':
        return { ...next, status: 'in-progress' };
      case 'TicketPausedForCustomer':
        return { ...next, status: 'waiting', before: document.status };
      case 'TicketReplyReceived':
        return document.status === 'waiting' ? { ...next, status: document.before } : next;
      case 'TicketReplySent':
      case 'TicketNoteAdded':
      case 'TicketPriorityChanged':
      case 'TicketTagged':
      case 'TicketUntagged':
      case 'TicketRated':
        return next;
      case 'TicketResolved':
        return { ...next, status: 'resolved' };
      case 'TicketReopened':
        return { ...next, status: document.assigneeId === null ? 'prepared' : 'assigned' };
      case 'TicketCancelled':
        return { ...next, status: 'cancelled' };
    }
  },
};
