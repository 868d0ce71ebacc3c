// The whole history of a ticket, from its stream: who, when and what.

import { PRIORITY_LABELS } from '../../../shared-contracts/documents/ticket-labels.ts';
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import { type TicketStory, whoDid } from './ticket-story.ts';

export type HistoryEntry = {
  readonly revision: number;
  readonly type: TicketEvent['type'];
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly text: string | null;
};

/** The oldest first. */
export function historyOf(
  story: TicketStory,
  nameOf: (employeeId: string) => string,
): readonly HistoryEntry[] {
  return story.events.map((stored) => ({
    revision: stored.origin.revision,
    type: stored.event.type,
    at: stored.metadata.occurredAt,
    who: whoDid(stored, story.prepared.customerName, nameOf),
    ...describe(stored.event, nameOf),
  }));
}

function describe(
  event: TicketEvent,
  nameOf: (employeeId: string) => string,
): { readonly what: string; readonly text: string | null } {
  switch (event.type) {
    case 'TicketPrepared':
      return {
        what: event.data.issueId === null ? 'Prepared by hand' : 'Prepared from a report of a customer',
        text: null,
      };
    case 'TicketAssigned':
      return { what: `Assigned to ${nameOf(event.data.employeeId)}`, text: null };
    case 'TicketUnassigned':
      return {
        what:
          event.data.why === 'by-employee'
            ? 'Given back: nobody looks after it'
            : 'Given back: the employee who had it was deactivated',
        text: null,
      };
    case 'TicketStarted':
      return { what: `${nameOf(event.data.employeeId)} started work`, text: null };
    case 'TicketStatusReported':
      return { what: 'Status reported', text: event.data.text };
    case 'TicketPausedForCustomer':
      return { what: 'Waiting for the customer', text: event.data.text };
    case 'TicketReplyReceived':
      return { what: 'The customer wrote', text: event.data.text };
    case 'TicketReplySent':
      return { what: 'Reply to the customer', text: event.data.text };
    case 'TicketNoteAdded':
      return { what: 'Internal note', text: event.data.text };
    case 'TicketPriorityChanged':
      return { what: `Priority: ${PRIORITY_LABELS[event.data.priority]}`, text: null };
    case 'TicketTagged':
      return { what: `Tagged “${event.data.tag}”`, text: null };
    case 'TicketUntagged':
      return { what: `Tag “${event.data.tag}” taken off`, text: null };
    case 'TicketRated':
      return {
        what: event.data.helped ? 'The customer says: it helped' : 'The customer says: it did not help',
        text: event.data.text,
      };
    case 'TicketResolved':
      return { what: 'Resolved', text: event.data.text };
    case 'TicketReopened':
      return {
        what: event.data.by === 'customer' ? 'Reopened by the customer' : 'Reopened',
        text: event.data.text,
      };
    case 'TicketCancelled':
      return {
        what: event.data.by === 'customer' ? 'Cancelled: the customer closed the issue' : 'Cancelled',
        text: event.data.text,
      };
  }
}
