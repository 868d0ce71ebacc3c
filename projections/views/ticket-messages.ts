// Which events of a ticket are words from one side to the other.
import type { Message } from '../../shared-contracts/documents/ticket-details-document.ts';
import type { Side } from '../../shared-contracts/documents/ticket-document.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';

/** What was said, without when and by whom exactly. */
export type Words = Pick<Message, 'from' | 'kind' | 'name' | 'text'>;

/** The words that came with an event; undefined where there are none, or where they are for colleagues only. */
export function wordsIn(event: TicketEvent): Words | undefined {
  switch (event.type) {
    case 'TicketStatusReported':
      return said('employee', 'status-report', event.data.text);
    case 'TicketPausedForCustomer':
      return said('employee', 'question', event.data.text);
    case 'TicketReplyReceived':
      return said('customer', 'reply', event.data.text);
    case 'TicketReplySent':
      return { from: 'employee', kind: 'reply', name: event.data.from || null, text: event.data.text };
    case 'TicketRated':
      return said('customer', 'rating', event.data.text);
    case 'TicketResolved':
      return said('employee', 'resolution', event.data.text);
    case 'TicketReopened':
      return said(event.data.by, 'reopening', event.data.text);
    case 'TicketCancelled':
      return said(event.data.by, 'cancellation', event.data.text);
    case 'TicketPrepared':
    case 'TicketAssigned':
    case 'TicketUnassigned':
    case 'TicketStarted':
    case 'TicketNoteAdded':
    case 'TicketPriorityChanged':
    case 'TicketTagged':
    case 'TicketUntagged':
      return undefined;
  }
}

/** Who wrote to the other side with an event, after the report; a comment on a rating wants no answer and does not count. */
export function writerOf(event: TicketEvent): Side | undefined {
  const words = wordsIn(event);
  return words === undefined || words.kind === 'rating' ? undefined : words.from;
}

function said(from: Side, kind: Message['kind'], text: string | null): Words | undefined {
  return text === null ? undefined : { from, kind, name: null, text };
}
