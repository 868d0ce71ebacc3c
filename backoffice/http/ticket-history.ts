// The whole history of a ticket, from its stream: who, when and what.

import type { EventMetadata } from '../../shared-contracts/messages/metadata.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { employeeOf } from '../../shared-contracts/runtime/accounts/signed-in.ts';
import type { Origin } from '../../shared-contracts/runtime/event-store/stored-event.ts';

export type HistoryEntry = {
  readonly revision: number;
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly text: string | null;
};

type Stored = { readonly origin: Origin; readonly event: TicketEvent; readonly metadata: EventMetadata };

/** Ids of the employees that a history names. */
export function employeesIn(events: readonly Stored[]): readonly string[] {
  const ids = events.flatMap(({ event, metadata }) => {
    const named = event.type === 'TicketAssigned' || event.type === 'TicketStarted';
    return [employeeOf(metadata.actor) ?? [], named ? event.data.employeeId : []].flat();
  });
  return [...new Set(ids)];
}

export function historyOf(
  events: readonly Stored[],
  names: ReadonlyMap<string, string>,
): readonly HistoryEntry[] {
  const nameOf = (id: string) => names.get(id) ?? 'somebody';
  return events.map(({ origin, event, metadata }) => ({
    revision: origin.revision,
    at: metadata.occurredAt,
    who: whoIs(metadata.actor, nameOf),
    ...describe(event, nameOf),
  }));
}

function describe(
  event: TicketEvent,
  nameOf: (employeeId: string) => string,
): { readonly what: string; readonly text: string | null } {
  switch (event.type) {
    case 'TicketPrepared':
      return {
        what: event.data.issueId === null ? 'Prepared by hand' : 'Prepared from a report of a customer',
        text: null,
      };
    case 'TicketAssigned':
      return { what: `Assigned to ${nameOf(event.data.employeeId)}`, text: null };
    case 'TicketUnassigned':
      return {
        what:
          event.data.why === 'by-employee'
            ? 'Given back: nobody looks after it'
            : 'Given back: the employee who had it was deactivated',
        text: null,
      };
    case 'TicketStarted':
      return { what: `${nameOf(event.data.employeeId)} started work`, text: null };
    case 'TicketStatusReported':
      return { what: 'Status reported', text: event.data.text };
    case 'TicketPausedForCustomer':
      return { what: 'Waiting for the customer', text: event.data.text };
    case 'TicketReplyReceived':
      return { what: 'The customer wrote', text: event.data.text };
    case 'TicketReplySent':
      return { what: 'Reply to the customer', text: event.data.text };
    case 'TicketNoteAdded':
      return { what: 'Internal note', text: event.data.text };
    case 'TicketPriorityChanged':
      return { what: `Priority: ${event.data.priority}`, text: null };
    case 'TicketTagged':
      return { what: `Tagged “${event.data.tag}”`, text: null };
    case 'TicketUntagged':
      return { what: `Tag “${event.data.tag}” taken off`, text: null };
    case 'TicketRated':
      return {
        what: event.data.helped ? 'The customer says: it helped' : 'The customer says: it did not help',
        text: event.data.text,
      };
    case 'TicketResolved':
      return { what: 'Resolved', text: event.data.text };
    case 'TicketReopened':
      return {
        what: event.data.by === 'customer' ? 'Reopened by the customer' : 'Reopened',
        text: event.data.text,
      };
    case 'TicketCancelled':
      return {
        what: event.data.by === 'customer' ? 'Cancelled: the customer closed the issue' : 'Cancelled',
        text: event.data.text,
      };
  }
}

function whoIs(actor: string, nameOf: (employeeId: string) => string): string {
  // What a customer did comes over the inbox, as the work of a group.
  if (actor.startsWith('system:')) return 'Deskstream';
  const employeeId = employeeOf(actor);
  return employeeId === undefined ? 'The customer' : nameOf(employeeId);
}
