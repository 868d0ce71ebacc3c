// tickets: one document a ticket, for the queues of the back office.
import { wordsOf } from '../../shared-contracts/documents/search-words.ts';
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { PRIORITIES, type Priority } from '../../shared-contracts/messages/fields.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { writerOf } from './ticket-messages.ts';
import { isOpen, PREPARED_WORK, workAfter } from './ticket-work.ts';
import type { StreamView } from './view.ts';

/** Words that a ticket is found by: each is an entry in an index, which is what writing a new ticket costs most. */
const MOST_WORDS = 12;

export const tickets: StreamView<TicketDocument, TicketEvent> = {
  kind: 'one-per-stream',
  model: TICKETS,
  group: GROUPS.projectionsTickets,
  category: categoryOf.ticket,
  events: TICKET_EVENTS,
  isEvent: isOneOf(TICKET_EVENTS),

  apply(document, event, { id, revision, occurredAt }) {
    if (event.type === 'TicketPrepared') {
      const { issueId, customerName, subject, kind } = event.data;
      const reported = issueId !== null;
      return {
        _id: id,
        revision,
        issueId,
        customerName,
        subject,
        kind,
        ...PREPARED_WORK,
        open: true,
        urgency: urgencyOf(PREPARED_WORK.priority),
        words: wordsOf([customerName, subject], MOST_WORDS),
        lastWriter: reported ? 'customer' : null,
        customerWroteAt: reported ? occurredAt : null,
        employeeWroteAt: null,
        preparedAt: occurredAt,
        updatedAt: occurredAt,
      };
    }
    if (document === undefined) return undefined;
    const work = workAfter(document, event);
    // A ticket that was prepared by hand has nobody to write to.
    const writer = document.issueId === null ? undefined : writerOf(event);
    return {
      ...document,
      ...work,
      revision,
      open: isOpen(work.status),
      urgency: urgencyOf(work.priority),
      lastWriter: writer ?? document.lastWriter,
      customerWroteAt: writer === 'customer' ? occurredAt : document.customerWroteAt,
      employeeWroteAt: writer === 'employee' ? occurredAt : document.employeeWroteAt,
      updatedAt: occurredAt,
    };
  },
};

function urgencyOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}
