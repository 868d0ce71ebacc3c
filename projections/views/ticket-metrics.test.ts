// Longer than other files because of the table of all events of a ticket: leaving one out does not compile.
import t from 'tap';
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../shared-contracts/documents/ticket-metrics-document.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { ADA, BEN, PREPARED } from './testing/prepared-ticket.ts';
import { NOW, outcomesOf, type ViewTable } from './testing/view-table.ts';
import { ticketMetrics } from './ticket-metrics.ts';

const ticketId = TICKET_METRICS.example._id;
const HOUR = 3_600_000;
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR);

/** Nobody has replied to it or resolved it. */
const nothingYet = {
  firstReplyAt: null,
  firstReplyMs: null,
  firstResolvedAt: null,
  firstResolutionMs: null,
  lastResolvedAt: null,
  fullResolutionMs: null,
  resolvedById: null,
} as const;

/** Prepared ten hours ago, in work; for the last four hours it was the turn of the desk. */
const inWork: TicketMetricsDocument = {
  ...TICKET_METRICS.example,
  status: 'in-progress',
  before: 'prepared',
  open: true,
  preparedAt: hoursAgo(10),
  updatedAt: hoursAgo(3),
  firstAssignedAt: hoursAgo(9),
  ...nothingYet,
  turn: 'agent',
  turnSince: hoursAgo(4),
  agentMs: HOUR,
  customerMs: 5 * HOUR,
  resolutions: 0,
  repliesByCustomer: 1,
  repliesByEmployees: 0,
  rounds: [{ openedAt: hoursAgo(10), settledAt: null, outcome: null }],
};
const waiting: Partial<TicketMetricsDocument> = {
  status: 'waiting',
  before: 'in-progress',
  turn: 'customer',
};
const resolvedRound = { openedAt: hoursAgo(10), settledAt: hoursAgo(4), outcome: 'resolved' } as const;
const resolvedBefore: Partial<TicketMetricsDocument> = {
  status: 'resolved',
  open: false,
  turn: null,
  firstResolvedAt: hoursAgo(4),
  firstResolutionMs: 6 * HOUR,
  lastResolvedAt: hoursAgo(4),
  fullResolutionMs: 6 * HOUR,
  resolvedById: ADA,
  resolutions: 1,
  rounds: [resolvedRound],
};
const firstReply = { firstReplyAt: NOW, firstReplyMs: 10 * HOUR, repliesByEmployees: 1 };
const nobodysTurn = { open: false, turn: null, turnSince: NOW, agentMs: 5 * HOUR };
const customersTurn = { turn: 'customer', turnSince: NOW, agentMs: 5 * HOUR } as const;

const table: ViewTable<TicketMetricsDocument, TicketEvent> = {
  TicketPrepared: [
    {
      before: null,
      data: { ticketId, ...PREPARED },
      becomes: {
        issueId: PREPARED.issueId,
        kind: PREPARED.kind,
        priority: 'normal',
        tags: [],
        status: 'prepared',
        before: 'prepared',
        open: true,
        assigneeId: null,
        lastAssigneeId: null,
        preparedAt: NOW,
        updatedAt: NOW,
        firstAssignedAt: null,
        ...nothingYet,
        turn: 'agent',
        turnSince: NOW,
        agentMs: 0,
        customerMs: 0,
        resolutions: 0,
        reopens: 0,
        repliesByCustomer: 0,
        repliesByEmployees: 0,
        notes: 0,
        reassignments: 0,
        helped: null,
        ratedAt: null,
        rounds: [{ openedAt: NOW, settledAt: null, outcome: null }],
      },
    },
  ],
  TicketAssigned: [
    {
      before: { status: 'prepared', assigneeId: null, lastAssigneeId: null, firstAssignedAt: null },
      data: { ticketId, employeeId: ADA },
      becomes: { status: 'assigned', assigneeId: ADA, lastAssigneeId: ADA, firstAssignedAt: NOW },
    },
    {
      data: { ticketId, employeeId: BEN },
      becomes: { status: 'assigned', assigneeId: BEN, lastAssigneeId: BEN, reassignments: 1 },
    },
    // Given back and taken again by the same employee, it went to nobody else.
    {
      before: { status: 'prepared', assigneeId: null },
      data: { ticketId, employeeId: ADA },
      becomes: { status: 'assigned', assigneeId: ADA },
    },
    {
      before: waiting,
      data: { ticketId, employeeId: ADA },
      becomes: { status: 'assigned', turn: 'agent', turnSince: NOW, customerMs: 9 * HOUR },
    },
  ],
  TicketUnassigned: [
    { data: { ticketId, why: 'by-employee' }, becomes: { status: 'prepared', assigneeId: null } },
  ],
  TicketStarted: [
    {
      before: { status: 'assigned' },
      data: { ticketId, employeeId: ADA },
      becomes: { status: 'in-progress' },
    },
  ],
  TicketStatusReported: [
    { data: { ticketId, text: 'Ordered.' }, becomes: firstReply },
    {
      before: { firstReplyAt: hoursAgo(8), firstReplyMs: 2 * HOUR, repliesByEmployees: 3 },
      data: { ticketId, text: 'Ordered.' },
      becomes: { repliesByEmployees: 4 },
    },
    // A ticket that was prepared by hand has no customer to reply to.
    { before: { issueId: null }, data: { ticketId, text: 'Ordered.' }, becomes: {} },
  ],
  TicketPausedForCustomer: [
    {
      data: { ticketId, text: 'Which paper?' },
      becomes: { ...firstReply, ...customersTurn, status: 'waiting', before: 'in-progress' },
    },
    {
      data: { ticketId, text: null },
      becomes: { ...customersTurn, status: 'waiting', before: 'in-progress' },
    },
  ],
  TicketReplyReceived: [
    { data: { ticketId, text: 'The thin one.' }, becomes: { repliesByCustomer: 2 } },
    {
      before: waiting,
      data: { ticketId, text: 'The thin one.' },
      becomes: {
        status: 'in-progress',
        repliesByCustomer: 2,
        turn: 'agent',
        turnSince: NOW,
        customerMs: 9 * HOUR,
      },
    },
    // The clock of the machine that wrote this runs behind.
    {
      before: { ...waiting, turnSince: new Date(NOW.getTime() + HOUR) },
      data: { ticketId, text: 'The thin one.' },
      becomes: { status: 'in-progress', repliesByCustomer: 2, turn: 'agent', turnSince: NOW },
    },
  ],
  TicketReplySent: [{ data: { ticketId, from: 'Ada', text: 'Which paper?' }, becomes: firstReply }],
  TicketNoteAdded: [{ data: { ticketId, text: 'Ask Ben.' }, becomes: { notes: 1 } }],
  TicketPriorityChanged: [{ data: { ticketId, priority: 'urgent' }, becomes: { priority: 'urgent' } }],
  TicketTagged: [{ data: { ticketId, tag: 'paper' }, becomes: { tags: ['printer', 'paper'] } }],
  TicketUntagged: [{ data: { ticketId, tag: 'printer' }, becomes: { tags: [] } }],
  TicketRated: [
    {
      before: resolvedBefore,
      data: { ticketId, helped: false, text: 'Blank again.' },
      becomes: { helped: false, ratedAt: NOW },
    },
    {
      before: { ...resolvedBefore, helped: false, ratedAt: hoursAgo(1) },
      data: { ticketId, helped: true, text: null },
      becomes: { helped: true, ratedAt: NOW },
    },
  ],
  TicketResolved: [
    {
      actor: `employee:${BEN}`,
      data: { ticketId, text: 'A new drum.' },
      becomes: {
        ...firstReply,
        ...nobodysTurn,
        status: 'resolved',
        firstResolvedAt: NOW,
        firstResolutionMs: 10 * HOUR,
        lastResolvedAt: NOW,
        fullResolutionMs: 10 * HOUR,
        resolvedById: BEN,
        resolutions: 1,
        rounds: [{ openedAt: hoursAgo(10), settledAt: NOW, outcome: 'resolved' }],
      },
    },
    // Resolved before; who does it now is not told, so it is who has the ticket.
    {
      before: {
        ...resolvedBefore,
        status: 'in-progress',
        open: true,
        turn: 'agent',
        assigneeId: BEN,
        rounds: [resolvedRound, { openedAt: hoursAgo(4), settledAt: null, outcome: null }],
      },
      data: { ticketId, text: 'A new drum.' },
      becomes: {
        ...firstReply,
        ...nobodysTurn,
        status: 'resolved',
        lastResolvedAt: NOW,
        fullResolutionMs: 10 * HOUR,
        resolvedById: BEN,
        resolutions: 2,
        rounds: [resolvedRound, { openedAt: hoursAgo(4), settledAt: NOW, outcome: 'resolved' }],
      },
    },
  ],
  TicketReopened: [
    {
      before: resolvedBefore,
      data: { ticketId, by: 'customer', text: 'Blank again.' },
      becomes: {
        status: 'assigned',
        open: true,
        turn: 'agent',
        turnSince: NOW,
        reopens: 1,
        repliesByCustomer: 2,
        rounds: [resolvedRound, { openedAt: NOW, settledAt: null, outcome: null }],
      },
    },
    {
      before: resolvedBefore,
      data: { ticketId, by: 'employee', text: 'We look again.' },
      becomes: {
        ...firstReply,
        status: 'assigned',
        open: true,
        turn: 'agent',
        turnSince: NOW,
        reopens: 1,
        rounds: [resolvedRound, { openedAt: NOW, settledAt: null, outcome: null }],
      },
    },
  ],
  TicketCancelled: [
    {
      data: { ticketId, by: 'customer', text: null },
      becomes: {
        ...nobodysTurn,
        status: 'cancelled',
        rounds: [{ openedAt: hoursAgo(10), settledAt: NOW, outcome: 'cancelled' }],
      },
    },
    {
      data: { ticketId, by: 'employee', text: 'Sold.' },
      becomes: {
        ...firstReply,
        ...nobodysTurn,
        status: 'cancelled',
        rounds: [{ openedAt: hoursAgo(10), settledAt: NOW, outcome: 'cancelled' }],
      },
    },
  ],
};

t.test('how each event changes the figures of a ticket', async (t) => {
  for (const { what, found, wanted } of outcomesOf(ticketMetrics, inWork, { updatedAt: NOW }, table)) {
    t.strictSame(found, wanted, what);
  }
});
