import t from 'tap';
import {
  type Message,
  TICKET_DETAILS,
  type TicketDetailsDocument,
} from '../../shared-contracts/documents/ticket-details-document.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { BEN, PREPARED } from './testing/prepared-ticket.ts';
import { NOW, outcomesOf, type ViewTable } from './testing/view-table.ts';
import { ticketDetails } from './ticket-details.ts';

const { _id: ticketId, conversation, notes } = TICKET_DETAILS.example;
const customer = 'system:backoffice.inbox';
const inWork: TicketDetailsDocument = {
  ...TICKET_DETAILS.example,
  status: 'in-progress',
  before: 'prepared',
};

/** A message at the end of the conversation. */
function says(message: Pick<Message, 'from' | 'kind' | 'text'> & Partial<Message>) {
  const last: Message = { revision: 5, actor: 'employee', name: null, at: NOW, ...message };
  return { conversation: [...conversation, last], messages: 2 };
}

const table: ViewTable<TicketDetailsDocument, TicketEvent> = {
  TicketPrepared: [
    {
      before: null,
      data: { ticketId, ...PREPARED },
      becomes: {
        ...PREPARED,
        status: 'prepared',
        before: 'prepared',
        assigneeId: null,
        priority: 'normal',
        tags: [],
        rating: null,
        conversation: [],
        messages: 0,
        notes: [],
        notesWritten: 0,
        preparedAt: NOW,
        updatedAt: NOW,
      },
    },
  ],
  TicketAssigned: [{ data: { ticketId, employeeId: BEN }, becomes: { status: 'assigned', assigneeId: BEN } }],
  TicketUnassigned: [
    { data: { ticketId, why: 'by-employee' }, becomes: { status: 'prepared', assigneeId: null } },
  ],
  TicketStarted: [
    {
      before: { status: 'assigned' },
      data: { ticketId, employeeId: BEN },
      becomes: { status: 'in-progress' },
    },
  ],
  TicketStatusReported: [
    {
      data: { ticketId, text: 'Ordered.' },
      becomes: says({ from: 'employee', kind: 'status-report', text: 'Ordered.' }),
    },
  ],
  TicketPausedForCustomer: [
    {
      actor: `employee:${BEN}`,
      data: { ticketId, text: 'Which paper?' },
      becomes: {
        ...says({ from: 'employee', kind: 'question', text: 'Which paper?', actor: `employee:${BEN}` }),
        status: 'waiting',
        before: 'in-progress',
      },
    },
    { data: { ticketId, text: null }, becomes: { status: 'waiting', before: 'in-progress' } },
  ],
  TicketReplyReceived: [
    {
      actor: customer,
      before: { status: 'waiting' },
      data: { ticketId, text: 'The thin one.' },
      becomes: {
        ...says({ from: 'customer', kind: 'reply', text: 'The thin one.', actor: customer }),
        status: 'prepared',
      },
    },
  ],
  TicketReplySent: [
    {
      data: { ticketId, from: 'Ada', text: 'Which paper?' },
      becomes: says({ from: 'employee', kind: 'reply', name: 'Ada', text: 'Which paper?' }),
    },
    {
      data: { ticketId, from: '', text: 'Which paper?' },
      becomes: says({ from: 'employee', kind: 'reply', text: 'Which paper?' }),
    },
  ],
  TicketNoteAdded: [
    {
      data: { ticketId, text: 'Ask Ben.' },
      becomes: {
        notes: [...notes, { revision: 5, actor: 'employee', text: 'Ask Ben.', at: NOW }],
        notesWritten: 2,
      },
    },
  ],
  TicketPriorityChanged: [{ data: { ticketId, priority: 'urgent' }, becomes: { priority: 'urgent' } }],
  TicketTagged: [{ data: { ticketId, tag: 'paper' }, becomes: { tags: ['printer', 'paper'] } }],
  TicketUntagged: [{ data: { ticketId, tag: 'printer' }, becomes: { tags: [] } }],
  TicketRated: [
    {
      data: { ticketId, helped: true, text: null },
      becomes: { rating: { helped: true, text: null, at: NOW } },
    },
    {
      data: { ticketId, helped: false, text: 'Blank again.' },
      becomes: {
        ...says({ from: 'customer', kind: 'rating', text: 'Blank again.' }),
        rating: { helped: false, text: 'Blank again.', at: NOW },
      },
    },
  ],
  TicketResolved: [
    {
      before: { rating: { helped: false, text: null, at: NOW } },
      data: { ticketId, text: 'A new drum.' },
      becomes: {
        ...says({ from: 'employee', kind: 'resolution', text: 'A new drum.' }),
        status: 'resolved',
        rating: null,
      },
    },
  ],
  TicketReopened: [
    {
      actor: customer,
      before: { status: 'resolved' },
      data: { ticketId, by: 'customer', text: 'Blank again.' },
      becomes: {
        ...says({ from: 'customer', kind: 'reopening', text: 'Blank again.', actor: customer }),
        status: 'assigned',
      },
    },
  ],
  TicketCancelled: [
    { data: { ticketId, by: 'customer', text: null }, becomes: { status: 'cancelled' } },
    {
      data: { ticketId, by: 'employee', text: 'Sold.' },
      becomes: {
        ...says({ from: 'employee', kind: 'cancellation', text: 'Sold.' }),
        status: 'cancelled',
      },
    },
  ],
};

t.test('how each event changes what the page of a ticket shows', async (t) => {
  for (const { what, found, wanted } of outcomesOf(ticketDetails, inWork, { updatedAt: NOW }, table)) {
    t.strictSame(found, wanted, what);
  }
});

/** What is left of a conversation after as many replies of this length, the last of which ends in `!`. */
function talk(replies: number, length: number) {
  let document: TicketDetailsDocument | undefined = inWork;
  for (let count = 1; count <= replies; count += 1) {
    const text = `${count}`.padEnd(length - 1, '.') + (count === replies ? '!' : '.');
    const facts = { id: ticketId, stream: 's', eventId: 'e', actor: customer, occurredAt: NOW };
    document = ticketDetails.apply(
      document,
      { type: 'TicketReplyReceived', data: { ticketId, text } },
      { ...facts, revision: 4 + count },
    );
  }
  const kept = document?.conversation ?? [];
  return {
    messages: document?.messages,
    revisions: [kept[0]?.revision, kept.at(-1)?.revision],
    entries: kept.length,
    characters: kept.reduce((sum, { text }) => sum + text.length, 0),
  };
}

t.test('of a long conversation the newest is kept, and the count of all', async (t) => {
  t.strictSame(talk(300, 10), { messages: 301, revisions: [105, 304], entries: 200, characters: 2000 });
  t.strictSame(talk(30, 20_000), { messages: 31, revisions: [23, 34], entries: 12, characters: 240_000 });
});
