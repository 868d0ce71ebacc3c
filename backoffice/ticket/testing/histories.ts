// Tickets in every state that a command can meet, for the tests of the rules.
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';

export const ticketId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';
export const ada = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
export const ben = 'c9d0a8b1-5d0e-4a55-8f0f-3f1b6b7d2e19';
export const commandId = '7d3f7c2e-9f5c-4b62-8f06-5c6d0f6c3a55';

const prepared: TicketEvent = {
  type: 'TicketPrepared',
  data: {
    ticketId,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    customerName: 'Kim',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    text: 'Since Monday every second page comes out blank.',
  },
};
const assignedToAda: TicketEvent = { type: 'TicketAssigned', data: { ticketId, employeeId: ada } };
const startedByAda: TicketEvent = { type: 'TicketStarted', data: { ticketId, employeeId: ada } };
const resolved: TicketEvent = { type: 'TicketResolved', data: { ticketId, text: 'The drum is replaced.' } };
const reopened: TicketEvent = {
  type: 'TicketReopened',
  data: { ticketId, by: 'employee', text: 'It is blank again.' },
};
const waiting: TicketEvent = { type: 'TicketPausedForCustomer', data: { ticketId, text: null } };
const byHand: TicketEvent = {
  type: 'TicketPrepared',
  data: {
    ticketId,
    issueId: null,
    customerId: null,
    customerName: '',
    subject: 'Order paper',
    kind: 'request',
    text: 'The shelf is nearly empty.',
  },
};
const cancelled: TicketEvent = { type: 'TicketCancelled', data: { ticketId, by: 'employee', text: null } };

/** What happened to a ticket before, named after the state that it is in. */
export const histories = {
  unknown: [],
  prepared: [prepared],
  assigned: [prepared, assignedToAda],
  inProgress: [prepared, assignedToAda, startedByAda],
  waiting: [prepared, waiting],
  waitingInProgress: [prepared, assignedToAda, startedByAda, waiting],
  byHand: [byHand],
  resolved: [prepared, assignedToAda, startedByAda, resolved],
  cancelled: [prepared, assignedToAda, startedByAda, cancelled],
  cancelledUnassigned: [prepared, cancelled],
  reopened: [prepared, assignedToAda, startedByAda, resolved, reopened],
  reopenedUnassigned: [prepared, cancelled, reopened],
} as const satisfies Record<string, readonly TicketEvent[]>;
