// A ticket at two moments of its stream: then, and now. Folded by the view that makes the documents of `ticket_metrics`.
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { ticketMetrics } from '../../views/ticket-metrics.ts';

export type TicketMoments = {
  /** Undefined where the ticket was not there yet. */
  readonly then: TicketMetricsDocument | undefined;
  readonly today: TicketMetricsDocument;
  /** The first and the newest events: when each happened, without what people wrote. */
  readonly history: readonly Entry[];
};

type Entry = { readonly revision: number; readonly type: string; readonly at: string };

const LONGEST_HISTORY = 500;

/** @returns undefined where there is no such ticket. What happened in the very moment belongs to it. */
export async function ticketMoments(
  store: Pick<EventStore, 'read'>,
  id: string,
  moment: Date,
): Promise<TicketMoments | undefined> {
  const stream = streamOf.ticket(id);
  const history: Entry[] = [];
  let then: TicketMetricsDocument | undefined;
  let today: TicketMetricsDocument | undefined;
  let passed = false;
  for await (const { event, origin, metadata } of store.read(stream)) {
    if (!ticketMetrics.isEvent(event)) continue;
    const occurredAt = new Date(metadata.occurredAt);
    const { revision, eventId } = origin;
    // A later event with an earlier time, from a machine whose clock is behind, belongs after the one that it followed.
    passed ||= occurredAt > moment;
    today = ticketMetrics.apply(today, event, {
      ...{ id, stream, revision, eventId, occurredAt },
      actor: metadata.actor,
    });
    if (!passed) then = today;
    history.push({ revision, type: event.type, at: metadata.occurredAt });
    if (history.length > LONGEST_HISTORY) history.splice(1, 1);
  }
  return today === undefined ? undefined : { then, today, history };
}
