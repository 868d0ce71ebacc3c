// backoffice.assignments: what deactivated employees had goes back to those tickets that nobody looks after.
//
// The tickets that an employee was ever given are noted in `assignments-{employeeId}`. An assignment is noted before the
// employee is looked at, and a deactivation looks at the employee before the notes: however the two cross, one of them sees the
// other.

import { AssignmentNoted } from '../../shared-contracts/messages/assignment-events.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { EmployeeDeactivated } from '../../shared-contracts/messages/employee-events.ts';
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { TicketAssigned, TicketReopened } from '../../shared-contracts/messages/ticket-events.ts';
import { contextOf } from '../../shared-contracts/runtime/consumer/command-context.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { giveCommand } from '../../shared-contracts/runtime/consumer/give-command.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { employee } from '../../shared-contracts/runtime/employee/employee-decider.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { loadStream } from '../../shared-contracts/runtime/load-stream.ts';
import { ticket } from '../ticket/ticket-decider.ts';

type AnyEnvelope = Omit<Envelope, 'event'>;

/** Tickets that are given back at the same time. */
const AT_ONCE = 8;

const isNote = isOneOf([AssignmentNoted]);

export function assignments(store: EventStore): SubscriptionGroup {
  const isDeactivated = async (employeeId: string): Promise<boolean> => {
    const { state } = await loadStream(store, employee, streamOf.employee(employeeId));
    return state.kind === 'deactivated';
  };

  const giveBack = async (envelope: AnyEnvelope, ticketId: string, employeeId: string) => {
    const command = {
      type: 'UnassignTicket',
      commandId: deterministicId('give-back', envelope.origin.eventId, ticketId),
      ticketId,
      why: 'employee-deactivated',
      from: employeeId,
    } as const;
    await giveCommand(store, ticket, streamOf.ticket(ticketId), command, envelope);
  };

  const note = async (envelope: AnyEnvelope, ticketId: string, employeeId: string) => {
    const { actor, correlationId, causationId } = contextOf(envelope);
    const metadata = {
      actor,
      $correlationId: correlationId,
      $causationId: causationId,
      occurredAt: envelope.metadata.occurredAt,
    };
    const event = { type: AssignmentNoted.type, data: { employeeId, ticketId } };
    const id = deterministicId('note-assignment', envelope.origin.eventId);
    await store.collect(streamOf.assignments(employeeId), [{ id, event, metadata }]);
  };

  return {
    declaration: GROUPS.backofficeAssignments,
    prefixes: [categoryOf.ticket, categoryOf.employee],
    order: 'by-stream',
    ...GROUP_SETTINGS.backofficeAssignments,
    // Whoever is deactivated may have had thousands of tickets over the years.
    deadlineMs: 300_000,
    handlers: [
      on(TicketAssigned, 'note-assignment', async (envelope) => {
        const { ticketId, employeeId } = envelope.event.data;
        await note(envelope, ticketId, employeeId);
        if (await isDeactivated(employeeId)) await giveBack(envelope, ticketId, employeeId);
      }),
      // A settled ticket keeps who settled it; opened again, it would be theirs.
      on(TicketReopened, 'check-assignee', async (envelope) => {
        const { ticketId } = envelope.event.data;
        const { state } = await loadStream(store, ticket, streamOf.ticket(ticketId));
        if (state.kind === 'unknown' || state.assigneeId === null) return;
        if (await isDeactivated(state.assigneeId)) await giveBack(envelope, ticketId, state.assigneeId);
      }),
      // Somebody who is active again by now keeps their tickets.
      on(EmployeeDeactivated, 'give-back-tickets', async (envelope) => {
        const { employeeId } = envelope.event.data;
        if (!(await isDeactivated(employeeId))) return;
        const ticketIds = new Set<string>();
        for await (const { event } of store.read(streamOf.assignments(employeeId))) {
          if (isNote(event)) ticketIds.add(event.data.ticketId);
        }
        const left = [...ticketIds];
        while (left.length > 0) {
          await Promise.all(
            left.splice(0, AT_ONCE).map((ticketId) => giveBack(envelope, ticketId, employeeId)),
          );
        }
      }),
    ],
  };
}
