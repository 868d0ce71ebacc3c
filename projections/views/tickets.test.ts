import t from 'tap';
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { NOW, outcomesOf, type ViewTable } from './testing/view-table.ts';
import { tickets } from './tickets.ts';

const ticketId = TICKETS.example._id;
const ada = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
const ben = '7a1c4f5e-6d0b-4b0e-8a53-3a2b1c0d9e8f';

/** In work, for a customer. */
const inWork: TicketDocument = {
  ...TICKETS.example,
  status: 'in-progress',
  before: 'prepared',
  lastWriter: 'customer',
  employeeWroteAt: null,
};
const byCustomer = { lastWriter: 'customer', customerWroteAt: NOW } as const;
const byEmployee = { lastWriter: 'employee', employeeWroteAt: NOW } as const;
const byHand: Partial<TicketDocument> = {
  issueId: null,
  lastWriter: null,
  customerWroteAt: null,
};

const table: ViewTable<TicketDocument, TicketEvent> = {
  TicketPrepared: [
    {
      before: null,
      data: {
        ticketId,
        issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
        customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
        customerName: 'Kim Müller',
        subject: 'The printer prints BLANK pages',
        kind: 'problem',
        text: 'Since Monday the printer is blank.',
      },
      becomes: {
        issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
        customerName: 'Kim Müller',
        subject: 'The printer prints BLANK pages',
        kind: 'problem',
        status: 'prepared',
        before: 'prepared',
        open: true,
        assigneeId: null,
        priority: 'normal',
        urgency: 1,
        tags: [],
        words: ['kim', 'muller', 'the', 'printer', 'prints', 'blank', 'pages'],
        lastWriter: 'customer',
        customerWroteAt: NOW,
        employeeWroteAt: null,
        preparedAt: NOW,
        updatedAt: NOW,
      },
    },
    {
      before: null,
      data: {
        ticketId,
        issueId: null,
        customerId: null,
        customerName: '',
        subject: 'Replace the toner',
        kind: 'request',
        text: 'On every floor.',
      },
      becomes: {
        issueId: null,
        customerName: '',
        subject: 'Replace the toner',
        kind: 'request',
        status: 'prepared',
        before: 'prepared',
        open: true,
        assigneeId: null,
        priority: 'normal',
        urgency: 1,
        tags: [],
        words: ['replace', 'the', 'toner'],
        lastWriter: null,
        customerWroteAt: null,
        employeeWroteAt: null,
        preparedAt: NOW,
        updatedAt: NOW,
      },
    },
  ],
  TicketAssigned: [
    { data: { ticketId, employeeId: ben }, becomes: { status: 'assigned', assigneeId: ben } },
    {
      before: { status: 'waiting' },
      data: { ticketId, employeeId: ben },
      becomes: { status: 'assigned', assigneeId: ben },
    },
  ],
  TicketUnassigned: [
    { data: { ticketId, why: 'by-employee' }, becomes: { status: 'prepared', assigneeId: null } },
    {
      before: { status: 'waiting', before: 'in-progress' },
      data: { ticketId, why: 'employee-deactivated' },
      becomes: { before: 'prepared', assigneeId: null },
    },
    {
      before: { status: 'resolved', open: false },
      data: { ticketId, why: 'employee-deactivated' },
      becomes: { assigneeId: null },
    },
  ],
  TicketStarted: [
    {
      before: { status: 'assigned' },
      data: { ticketId, employeeId: ada },
      becomes: { status: 'in-progress' },
    },
    {
      before: { status: 'waiting' },
      data: { ticketId, employeeId: ada },
      becomes: { status: 'in-progress' },
    },
  ],
  TicketStatusReported: [
    { data: { ticketId, text: 'Ordered.' }, becomes: byEmployee },
    {
      before: { status: 'waiting' },
      data: { ticketId, text: 'Ordered.' },
      becomes: { ...byEmployee, status: 'in-progress' },
    },
    // Nobody reads what is reported about a ticket that was prepared by hand.
    { before: byHand, data: { ticketId, text: 'Ordered.' }, becomes: {} },
  ],
  TicketPausedForCustomer: [
    {
      data: { ticketId, text: 'Which paper?' },
      becomes: { ...byEmployee, status: 'waiting', before: 'in-progress' },
    },
    { data: { ticketId, text: null }, becomes: { status: 'waiting', before: 'in-progress' } },
  ],
  TicketReplyReceived: [
    { data: { ticketId, text: 'The thin one.' }, becomes: byCustomer },
    {
      before: { status: 'waiting', before: 'assigned', lastWriter: 'employee' },
      data: { ticketId, text: 'The thin one.' },
      becomes: { ...byCustomer, status: 'assigned' },
    },
  ],
  TicketReplySent: [{ data: { ticketId, from: 'Ada', text: 'Which paper?' }, becomes: byEmployee }],
  TicketNoteAdded: [{ data: { ticketId, text: 'As last month.' }, becomes: {} }],
  TicketPriorityChanged: [
    { data: { ticketId, priority: 'urgent' }, becomes: { priority: 'urgent', urgency: 3 } },
    { data: { ticketId, priority: 'low' }, becomes: { priority: 'low', urgency: 0 } },
  ],
  TicketTagged: [{ data: { ticketId, tag: 'paper' }, becomes: { tags: ['printer', 'paper'] } }],
  TicketUntagged: [{ data: { ticketId, tag: 'printer' }, becomes: { tags: [] } }],
  TicketRated: [
    {
      before: { status: 'resolved', open: false },
      data: { ticketId, helped: false, text: 'It is blank again.' },
      becomes: {},
    },
  ],
  TicketResolved: [
    {
      data: { ticketId, text: 'A new drum.' },
      becomes: { ...byEmployee, status: 'resolved', open: false },
    },
  ],
  TicketReopened: [
    {
      before: { status: 'resolved', open: false },
      data: { ticketId, by: 'customer', text: 'Blank again.' },
      becomes: { ...byCustomer, status: 'assigned', open: true },
    },
    {
      before: { status: 'cancelled', open: false, assigneeId: null },
      data: { ticketId, by: 'employee', text: 'We look again.' },
      becomes: { ...byEmployee, status: 'prepared', open: true },
    },
  ],
  TicketCancelled: [
    {
      data: { ticketId, by: 'customer', text: null },
      becomes: { status: 'cancelled', open: false },
    },
    {
      data: { ticketId, by: 'employee', text: 'Sold.' },
      becomes: { ...byEmployee, status: 'cancelled', open: false },
    },
  ],
};

t.test('how each event changes a ticket in the queues', async (t) => {
  for (const { what, found, wanted } of outcomesOf(tickets, inWork, { updatedAt: NOW }, table)) {
    t.strictSame(found, wanted, what);
  }
});

t.test('a long subject gives a document no more than its share of words', async (t) => {
  const subject = Array.from({ length: 25 }, (_, index) => `word${index}`).join(' ');
  const prepared = table.TicketPrepared[0];
  const [outcome] = outcomesOf(
    tickets,
    inWork,
    {},
    { ...table, TicketPrepared: [{ ...prepared, data: { ...prepared.data, subject } }] },
  );
  t.match(outcome?.found, { words: { length: 12, 0: 'kim', 2: 'word0', 11: 'word9' } });
});
