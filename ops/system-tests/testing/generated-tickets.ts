// Tickets with histories of many kinds, made from events through the views; and what is known of each of them besides.
import { ticketMetrics } from '../../../projections/views/ticket-metrics.ts';
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { KINDS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';

export type Happened = { readonly event: TicketEvent; readonly at: Date };
export type GeneratedTicket = {
  readonly id: string;
  readonly happened: readonly Happened[];
  readonly document: TicketMetricsDocument;
};

export const AGENTS = ['one', 'two', 'three'].map((name) => deterministicId('agent', name));
const TAGS = ['printer', 'network', 'door'];
const MINUTE_MS = 60_000;

/** The same tickets for the same numbers: a linear congruential generator stands for chance. */
export function generateTickets(count: number, first: Date, days: number): readonly GeneratedTicket[] {
  let seed = 20261123;
  const below = (limit: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * limit);
  };
  return Array.from({ length: count }, (_, index) => {
    const id = deterministicId('ticket', String(index));
    const happened = historyOf(id, first.getTime() + below(days * 1440) * MINUTE_MS, below);
    return { id, happened, document: documentOf(id, happened) };
  });
}

function historyOf(ticketId: string, start: number, below: (limit: number) => number): readonly Happened[] {
  const happened: Happened[] = [];
  let at = start;
  const add = (event: TicketEvent, ...minutes: readonly [number, number]) => {
    if (happened.length > 0) at += (minutes[0] + below(minutes[1])) * MINUTE_MS + below(60_000);
    happened.push({ event, at: new Date(at) });
  };
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error('There is nothing to pick from.');
    return value;
  };
  const kind = pick(KINDS);
  const issueId = below(5) === 0 ? null : deterministicId('issue', ticketId);
  const text = 'Some words.';
  const data = {
    ticketId,
    issueId,
    customerId: issueId,
    customerName: 'Kim',
    subject: 'A thing',
    text,
    kind,
  };
  add({ type: 'TicketPrepared', data }, 0, 1);
  if (below(2) === 0)
    add({ type: 'TicketPriorityChanged', data: { ticketId, priority: pick(PRIORITIES) } }, 0, 9);
  for (const tag of TAGS) if (below(3) === 0) add({ type: 'TicketTagged', data: { ticketId, tag } }, 0, 9);
  if (below(6) === 0) return happened;
  let employeeId = pick(AGENTS);
  add({ type: 'TicketAssigned', data: { ticketId, employeeId } }, 1, 600);
  if (below(6) === 0) return happened;
  if (below(9) === 0) {
    add({ type: 'TicketUnassigned', data: { ticketId, why: 'by-employee' } }, 1, 90);
    employeeId = pick(AGENTS);
    add({ type: 'TicketAssigned', data: { ticketId, employeeId } }, 1, 90);
  }
  for (const tag of TAGS)
    if (
      below(9) === 0 &&
      happened.some(({ event }) => event.type === 'TicketTagged' && event.data.tag === tag)
    )
      add({ type: 'TicketUntagged', data: { ticketId, tag } }, 0, 9);
  for (let round = 0; round < 4; round += 1) {
    add({ type: 'TicketStarted', data: { ticketId, employeeId } }, 1, 100);
    if (below(5) === 0) add({ type: 'TicketNoteAdded', data: { ticketId, text } }, 1, 50);
    if (below(3) === 0) add({ type: 'TicketReplySent', data: { ticketId, from: 'Ada', text } }, 1, 300);
    if (below(5) === 0) {
      add(
        { type: 'TicketPausedForCustomer', data: { ticketId, text: below(2) === 0 ? text : null } },
        1,
        200,
      );
      if (below(5) === 0) return happened;
      add({ type: 'TicketReplyReceived', data: { ticketId, text } }, 1, 2000);
    }
    if (below(6) === 0) add({ type: 'TicketStatusReported', data: { ticketId, text } }, 1, 200);
    if (below(7) === 0) {
      add({ type: 'TicketCancelled', data: { ticketId, by: 'employee', text: null } }, 1, 99);
    } else {
      if (below(8) === 0) return happened;
      add({ type: 'TicketResolved', data: { ticketId, text } }, 5, 6000);
      if (below(3) === 0)
        add({ type: 'TicketRated', data: { ticketId, helped: below(4) > 0, text: null } }, 1, 999);
    }
    if (below(3) > 0) return happened;
    const by = below(2) === 0 ? 'employee' : 'customer';
    add({ type: 'TicketReopened', data: { ticketId, by, text } }, 1, below(2) === 0 ? 30 : 3000);
  }
  return happened;
}

/** The document after what has happened so far. */
export function documentOf(id: string, happened: readonly Happened[]): TicketMetricsDocument {
  const document = happened.reduce<TicketMetricsDocument | undefined>(
    (before, { event, at }, revision) =>
      ticketMetrics.apply(before, event, {
        id,
        stream: `ticket-${id}`,
        revision,
        eventId: id,
        actor: 'system:test',
        occurredAt: at,
      }),
    undefined,
  );
  if (document === undefined) throw new Error('A history begins with TicketPrepared.');
  return document;
}
