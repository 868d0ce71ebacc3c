// backoffice.integration: tells the customer service what its customer should know about a ticket.
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { integrationMessage } from '../../shared-contracts/runtime/bus/integration-message.ts';
import type { Publisher } from '../../shared-contracts/runtime/bus/publisher.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { ticket } from '../ticket/ticket-decider.ts';
import { newsFor, TOLD_EVENTS } from './news-for-customer.ts';

export function integration(store: EventStore, customer: Publisher): SubscriptionGroup {
  const publish = async (envelope: Envelope): Promise<void> => {
    const { event, origin, metadata } = envelope;
    if (!ticket.isEvent(event)) return;
    const { ticketId } = event.data;
    const issueId = event.type === 'TicketPrepared' ? event.data.issueId : await issueOf(store, ticketId);
    if (issueId === null) return;
    const message = newsFor(event, { issueId, ticketRevision: origin.revision, at: metadata.occurredAt });
    if (message !== null) await customer.publish(integrationMessage(envelope, issueId, message));
  };
  return {
    declaration: GROUPS.backofficeIntegration,
    prefixes: [categoryOf.ticket],
    order: 'by-stream',
    ...GROUP_SETTINGS.backofficeIntegration,
    deadlineMs: 10_000,
    probe: customer.probe,
    handlers: TOLD_EVENTS.map((definition) => on(definition, 'tell-customer', publish)),
  };
}

/** The issue that a ticket was prepared from; null for one prepared by hand. Its first event says so. */
async function issueOf(store: EventStore, ticketId: string): Promise<string | null> {
  for await (const { event } of store.read(streamOf.ticket(ticketId), { limit: 1 })) {
    if (ticket.isEvent(event) && event.type === 'TicketPrepared') return event.data.issueId;
  }
  return null;
}
