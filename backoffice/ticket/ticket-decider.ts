// The rules of a ticket: what can be done to it, when, and what an employee reads where it cannot.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { accept, type Decider, type Decision, reject } from '../../shared-contracts/runtime/decider.ts';
import type {
  AssignTicket,
  CancelTicket,
  PrepareTicket,
  ReopenTicket,
  ReportStatus,
  ResolveTicket,
  TicketCommand,
} from './commands.ts';

export type TicketState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'prepared' | 'assigned' | 'in-progress' | 'resolved' | 'cancelled';
      readonly assigneeId: string | null;
      /** What the customer was told last since work was begun. */
      readonly lastReport: string | null;
    };

type Known = Exclude<TicketState, { kind: 'none' }>;

export const ticketDecider: Decider<TicketState, TicketCommand, TicketEvent> = {
  initial: { kind: 'none' },

  evolve(state, event) {
    const assigneeId = state.kind === 'none' ? null : state.assigneeId;
    const lastReport = null;
    switch (event.type) {
      case 'TicketPrepared':
        return { kind: 'prepared', assigneeId: null, lastReport };
      case 'TicketAssigned':
        return { kind: 'assigned', assigneeId: event.data.employeeId, lastReport };
      case 'TicketStarted':
        return { kind: 'in-progress', assigneeId, lastReport };
      case 'TicketStatusReported':
        return { kind: 'in-progress', assigneeId, lastReport: event.data.text };
      case 'TicketResolved':
        return { kind: 'resolved', assigneeId, lastReport };
      case 'TicketReopened':
        return { kind: assigneeId === null ? 'prepared' : 'assigned', assigneeId, lastReport };
      case 'TicketCancelled':
        return { kind: 'cancelled', assigneeId, lastReport };
    }
  },

  decide(command, state) {
    if (command.type === 'PrepareTicket') return prepare(command, state);
    if (state.kind === 'none') return reject('ticket-unknown', 'There is no such ticket.');
    switch (command.type) {
      case 'AssignTicket':
        return assign(command, state);
      case 'StartWork':
        return start(command.ticketId, state);
      case 'ReportStatus':
        return reportStatus(command, state);
      case 'ResolveTicket':
        return resolve(command, state);
      case 'ReopenTicket':
        return reopen(command, state);
      case 'CancelTicket':
        return cancel(command, state);
    }
  },
};

export const ticket = {
  decider: ticketDecider,
  isEvent: isOneOf(TICKET_EVENTS),
  /** The customer; of a ticket that was prepared by hand nobody knows whose it is: it is a subject of its own. */
  subjectOf: (first: TicketEvent) =>
    first.type === 'TicketPrepared' ? (first.data.customerId ?? first.data.ticketId) : undefined,
  begunBy: ['PrepareTicket'],
};

function prepare({ type, commandId, ...data }: PrepareTicket, state: TicketState): Decision<TicketEvent> {
  return state.kind === 'none' ? accept({ type: 'TicketPrepared', data }) : accept();
}

function assign({ ticketId, employeeId, employee }: AssignTicket, state: Known): Decision<TicketEvent> {
  if (state.kind === 'resolved') return isResolved;
  if (state.kind === 'cancelled') return isCancelled;
  if (state.assigneeId === employeeId) return accept();
  if (employee === 'unknown') return reject('employee-unknown', 'There is no such employee.');
  if (employee === 'deactivated') {
    return reject(
      'employee-deactivated',
      'This employee is deactivated. Activate them, or choose somebody else.',
    );
  }
  return accept({ type: 'TicketAssigned', data: { ticketId, employeeId } });
}

function start(ticketId: string, state: Known): Decision<TicketEvent> {
  if (state.kind === 'in-progress') return accept();
  if (state.kind === 'resolved') return isResolved;
  if (state.kind === 'cancelled') return isCancelled;
  if (state.assigneeId === null)
    return reject('ticket-unassigned', 'Assign the ticket before work on it starts.');
  return accept({ type: 'TicketStarted', data: { ticketId, employeeId: state.assigneeId } });
}

function reportStatus({ ticketId, text }: ReportStatus, state: Known): Decision<TicketEvent> {
  if (state.kind === 'resolved') return isResolved;
  if (state.kind === 'cancelled') return isCancelled;
  if (state.kind !== 'in-progress') {
    return reject('work-not-started', 'Start work on the ticket before you report how far it is.');
  }
  if (state.lastReport === text) return accept();
  return accept({ type: 'TicketStatusReported', data: { ticketId, text } });
}

function resolve({ ticketId, text }: ResolveTicket, state: Known): Decision<TicketEvent> {
  if (state.kind === 'resolved') return accept();
  if (state.kind === 'cancelled') return isCancelled;
  if (state.kind !== 'in-progress') {
    return reject('work-not-started', 'Start work on the ticket before you resolve it.');
  }
  return accept({ type: 'TicketResolved', data: { ticketId, text } });
}

function reopen({ ticketId, text }: ReopenTicket, state: Known): Decision<TicketEvent> {
  if (state.kind !== 'resolved' && state.kind !== 'cancelled') return accept();
  return accept({ type: 'TicketReopened', data: { ticketId, text } });
}

function cancel({ ticketId, by, text }: CancelTicket, state: Known): Decision<TicketEvent> {
  if (state.kind === 'cancelled') return accept();
  if (state.kind === 'resolved') {
    // A customer who closes a resolved issue is content: there is nothing to cancel.
    if (by === 'customer') return accept();
    return reject('ticket-resolved', 'This ticket is resolved; there is nothing left to cancel.');
  }
  return accept({ type: 'TicketCancelled', data: { ticketId, by, text } });
}

const isResolved = reject('ticket-resolved', 'This ticket is resolved. Reopen it first.');
const isCancelled = reject('ticket-cancelled', 'This ticket is cancelled. Reopen it first.');
