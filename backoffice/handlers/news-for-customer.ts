// Which events of a ticket its customer is told about, and with what words. Pure.
import type { MessageDefinition, MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { CUSTOMER_MESSAGES } from '../../shared-contracts/messages/integration-messages.ts';
import type { Step } from '../../shared-contracts/messages/issue-events.ts';
import {
  TicketAssigned,
  TicketCancelled,
  type TicketEvent,
  TicketPausedForCustomer,
  TicketPrepared,
  TicketReopened,
  TicketReplySent,
  TicketResolved,
  TicketStarted,
  TicketStatusReported,
} from '../../shared-contracts/messages/ticket-events.ts';

/** The events that are told; `newsFor` makes a message of each of them, and of no other. */
export const TOLD_EVENTS: readonly MessageDefinition[] = [
  TicketPrepared,
  TicketAssigned,
  TicketStarted,
  TicketStatusReported,
  TicketPausedForCustomer,
  TicketReplySent,
  TicketResolved,
  TicketReopened,
  TicketCancelled,
];

type News = MessageOf<(typeof CUSTOMER_MESSAGES)[number]>;
/** Where the event stands: for which issue, at which revision of the ticket, and when it happened. */
type Place = { readonly issueId: string; readonly ticketRevision: number; readonly at: string };

/** The message about an event of a ticket; null where it is nothing for customers. */
export function newsFor(event: TicketEvent, { issueId, ticketRevision, at }: Place): News | null {
  const { ticketId } = event.data;
  const step = (name: Step, note: string | null): News => ({
    type: 'TicketProgressed',
    data: { issueId, ticketId, ticketRevision, step: name, note, at },
  });
  switch (event.type) {
    case 'TicketPrepared':
      return step('prepared', null);
    case 'TicketAssigned':
      return step('assigned', null);
    case 'TicketStarted':
      return step('started', null);
    case 'TicketStatusReported':
      return step('status-reported', event.data.text);
    case 'TicketPausedForCustomer':
      return step('waiting', event.data.text);
    case 'TicketReplySent': {
      const { from, text } = event.data;
      return { type: 'TicketAnswered', data: { issueId, ticketId, from, text, at } };
    }
    case 'TicketResolved':
      return step('resolved', event.data.text);
    case 'TicketReopened':
      // Customers need not be told what they wrote themselves.
      return step('reopened', event.data.by === 'customer' ? null : event.data.text);
    case 'TicketCancelled':
      return step('cancelled', event.data.text);
    case 'TicketUnassigned':
    case 'TicketReplyReceived':
    case 'TicketNoteAdded':
    case 'TicketPriorityChanged':
    case 'TicketTagged':
    case 'TicketUntagged':
    case 'TicketRated':
      return null;
  }
}
