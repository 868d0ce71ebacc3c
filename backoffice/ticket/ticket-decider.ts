// The rules of a ticket: what can be done to it, when, and what an employee reads where it cannot.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { LIMITS } from '../../shared-contracts/messages/fields.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { accept, type Decider, type Decision, reject } from '../../shared-contracts/runtime/decider.ts';
import type {
  AddCustomerReply,
  AddTag,
  AssignTicket,
  CancelTicket,
  ChangePriority,
  PrepareTicket,
  RecordRating,
  RemoveTag,
  ReportStatus,
  ResolveTicket,
  SendReply,
  TicketCommand,
  UnassignTicket,
  WaitForCustomer,
} from './ticket-commands.ts';
import { evolveTicket, isSettled, type KnownTicket, openKind, type TicketState } from './ticket-state.ts';

export const ticketDecider: Decider<TicketState, TicketCommand, TicketEvent> = {
  initial: { kind: 'unknown' },
  evolve: evolveTicket,

  decide(command, state) {
    if (command.type === 'PrepareTicket') return prepare(command, state);
    if (state.kind === 'unknown') return reject('ticket-unknown', 'There is no such ticket.');
    const { ticketId } = command;
    switch (command.type) {
      case 'AssignTicket':
        return assign(command, state);
      case 'UnassignTicket':
        return unassign(command, state);
      case 'StartWork':
        return start(ticketId, state);
      case 'ReportStatus':
        return reportStatus(command, state);
      case 'ResolveTicket':
        return resolve(command, state);
      case 'WaitForCustomer':
        return waitForCustomer(command, state);
      case 'SendReply':
        return sendReply(command, state);
      case 'AddCustomerReply':
        return addCustomerReply(command, state);
      case 'AddNote':
        return accept({ type: 'TicketNoteAdded', data: { ticketId, text: command.text } });
      case 'ChangePriority':
        return changePriority(command, state);
      case 'AddTag':
        return addTag(command, state);
      case 'RemoveTag':
        return removeTag(command, state);
      case 'RecordRating':
        return recordRating(command, state);
      case 'ReopenTicket':
        if (!isSettled(state)) return accept();
        return accept({ type: 'TicketReopened', data: { ticketId, by: 'employee', text: command.text } });
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
  return state.kind === 'unknown' ? accept({ type: 'TicketPrepared', data }) : accept();
}

function assign({ ticketId, employeeId, employee }: AssignTicket, state: KnownTicket): Decision<TicketEvent> {
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

function unassign({ ticketId, why, from }: UnassignTicket, state: KnownTicket): Decision<TicketEvent> {
  if (state.assigneeId === null || (from !== null && state.assigneeId !== from)) return accept();
  // A settled ticket keeps who settled it; it would only be worked again after somebody takes it.
  if (why === 'by-employee' && state.kind === 'resolved') return isResolved;
  if (why === 'by-employee' && state.kind === 'cancelled') return isCancelled;
  if (isSettled(state)) return accept();
  return accept({ type: 'TicketUnassigned', data: { ticketId, why } });
}

function start(ticketId: string, state: KnownTicket): Decision<TicketEvent> {
  if (state.kind === 'in-progress') return accept();
  if (state.kind === 'resolved') return isResolved;
  if (state.kind === 'cancelled') return isCancelled;
  if (state.assigneeId === null)
    return reject('ticket-unassigned', 'Assign the ticket before work on it starts.');
  return accept({ type: 'TicketStarted', data: { ticketId, employeeId: state.assigneeId } });
}

function reportStatus({ ticketId, text }: ReportStatus, state: KnownTicket): Decision<TicketEvent> {
  if (state.kind === 'resolved') return isResolved;
  if (state.kind === 'cancelled') return isCancelled;
  if (openKind(state) !== 'in-progress') {
    return reject('work-not-started', 'Start work on the ticket before you report how far it is.');
  }
  if (state.lastReport === text) return accept();
  return accept({ type: 'TicketStatusReported', data: { ticketId, text } });
}

function resolve({ ticketId, text }: ResolveTicket, state: KnownTicket): Decision<TicketEvent> {
  if (state.kind === 'resolved') return accept();
  if (state.kind === 'cancelled') return isCancelled;
  if (openKind(state) !== 'in-progress') {
    return reject('work-not-started', 'Start work on the ticket before you resolve it.');
  }
  return accept({ type: 'TicketResolved', data: { ticketId, text } });
}

function waitForCustomer({ ticketId, text }: WaitForCustomer, state: KnownTicket): Decision<TicketEvent> {
  if (state.kind === 'resolved') return isResolved;
  if (state.kind === 'cancelled') return isCancelled;
  if (!state.hasCustomer) return hasNoCustomer;
  if (state.kind === 'waiting') return accept();
  return accept({ type: 'TicketPausedForCustomer', data: { ticketId, text } });
}

function sendReply({ ticketId, from, text, thenWait }: SendReply, state: KnownTicket): Decision<TicketEvent> {
  if (!state.hasCustomer) return hasNoCustomer;
  if (state.kind === 'cancelled') return isCancelled;
  const sent: TicketEvent = { type: 'TicketReplySent', data: { ticketId, from, text } };
  if (!thenWait || state.kind === 'waiting') return accept(sent);
  if (state.kind === 'resolved') return isResolved;
  return accept<TicketEvent>(sent, { type: 'TicketPausedForCustomer', data: { ticketId, text: null } });
}

/** What a customer wrote is never turned away: it may have been written before the customer heard what became of it. */
function addCustomerReply({ ticketId, text }: AddCustomerReply, state: KnownTicket): Decision<TicketEvent> {
  if (isSettled(state)) {
    return accept({ type: 'TicketReopened', data: { ticketId, by: 'customer', text } });
  }
  return accept({ type: 'TicketReplyReceived', data: { ticketId, text } });
}

function changePriority({ ticketId, priority }: ChangePriority, state: KnownTicket): Decision<TicketEvent> {
  if (state.priority === priority) return accept();
  return accept({ type: 'TicketPriorityChanged', data: { ticketId, priority } });
}

function addTag({ ticketId, tag }: AddTag, state: KnownTicket): Decision<TicketEvent> {
  if (state.tags.includes(tag)) return accept();
  if (state.tags.length >= LIMITS.tags) {
    return reject('too-many-tags', `A ticket has ${LIMITS.tags} tags at most. Take one off first.`);
  }
  return accept({ type: 'TicketTagged', data: { ticketId, tag } });
}

function removeTag({ ticketId, tag }: RemoveTag, state: KnownTicket): Decision<TicketEvent> {
  if (!state.tags.includes(tag)) return accept();
  return accept({ type: 'TicketUntagged', data: { ticketId, tag } });
}

function recordRating({ ticketId, helped, text }: RecordRating, state: KnownTicket): Decision<TicketEvent> {
  if (state.rating?.helped === helped && state.rating.text === text) return accept();
  return accept({ type: 'TicketRated', data: { ticketId, helped, text } });
}

function cancel({ ticketId, by, text }: CancelTicket, state: KnownTicket): Decision<TicketEvent> {
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
const hasNoCustomer = reject(
  'ticket-without-customer',
  'This ticket was prepared by hand: no customer reads what you write. Write a note instead.',
);
