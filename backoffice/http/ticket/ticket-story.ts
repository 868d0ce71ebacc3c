// A ticket as its page shows it, from its stream alone: the state, the events, and who did what.
import { numberOf } from '../../../shared-contracts/documents/issue-number.ts';
import { employeeOf } from '../../../shared-contracts/messages/actors.ts';
import type { EventMetadata } from '../../../shared-contracts/messages/metadata.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { Origin } from '../../../shared-contracts/runtime/event-store/stored-event.ts';
import { ticket, ticketDecider } from '../../ticket/ticket-decider.ts';
import type { KnownTicket } from '../../ticket/ticket-state.ts';

export type TicketStored = {
  readonly origin: Origin;
  readonly event: TicketEvent;
  readonly metadata: EventMetadata;
};

export type TicketStory = {
  readonly prepared: Extract<TicketEvent, { type: 'TicketPrepared' }>['data'];
  readonly preparedAt: string;
  readonly number: string;
  readonly state: KnownTicket;
  /** Revision of the newest event. */
  readonly revision: number;
  /** The oldest first; of a very long history the first and the newest. */
  readonly events: readonly TicketStored[];
  /** How many events there were between the first and those that are shown. */
  readonly leftOut: number;
};

/** Tickets are worked by people: a longer stream than this is shown by its newest events. */
const LONGEST_HISTORY = 1000;

/** @returns undefined where there is no such ticket. */
export async function readTicket(store: EventStore, ticketId: string): Promise<TicketStory | undefined> {
  const events: TicketStored[] = [];
  let leftOut = 0;
  let revision = -1;
  let state = ticketDecider.initial;
  for await (const { event, origin, metadata } of store.read(streamOf.ticket(ticketId))) {
    revision = origin.revision;
    if (!ticket.isEvent(event)) continue;
    state = ticketDecider.evolve(state, event);
    events.push({ event, origin, metadata });
    if (events.length > LONGEST_HISTORY) leftOut += events.splice(1, 1).length;
  }
  const [first] = events;
  if (first?.event.type !== 'TicketPrepared' || state.kind === 'unknown') return undefined;
  const prepared = first.event.data;
  const number = numberOf(prepared.issueId ?? ticketId);
  const preparedAt = first.metadata.occurredAt;
  return { prepared, preparedAt, number, state, revision, events, leftOut };
}

/** Ids of the employees that a story names. */
export function employeesIn({ events, state }: TicketStory): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { event, metadata } of events) {
    const actor = employeeOf(metadata.actor);
    if (actor !== undefined) ids.add(actor);
    if (event.type === 'TicketAssigned' || event.type === 'TicketStarted') ids.add(event.data.employeeId);
  }
  if (state.assigneeId !== null) ids.add(state.assigneeId);
  return ids;
}

/** Who did something, by a name for people: what a customer did comes over the inbox, as the work of a group. */
export function whoDid(
  { event, metadata }: TicketStored,
  customerName: string,
  nameOf: (employeeId: string) => string,
): string {
  if (isByCustomer(event)) return customerName || 'The customer';
  const employeeId = employeeOf(metadata.actor);
  return employeeId === undefined ? 'Deskstream' : nameOf(employeeId);
}

function isByCustomer(event: TicketEvent): boolean {
  switch (event.type) {
    case 'TicketReplyReceived':
    case 'TicketRated':
      return true;
    case 'TicketReopened':
    case 'TicketCancelled':
      return event.data.by === 'customer';
    default:
      return false;
  }
}
