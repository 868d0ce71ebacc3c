// backoffice.integration: tells the customer service each step of a ticket that came from an issue.
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import type { IntegrationMessage } from '../../shared-contracts/messages/integration-messages.ts';
import type { Step } from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { integrationMessage } from '../../shared-contracts/runtime/bus/integration-message.ts';
import type { Publisher } from '../../shared-contracts/runtime/bus/publisher.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { ticket } from '../ticket/ticket-decider.ts';

export function integration(store: EventStore, customer: Publisher): SubscriptionGroup {
  const publish = async (envelope: Envelope): Promise<void> => {
    const { event, origin, metadata } = envelope;
    if (!ticket.isEvent(event)) return;
    const { ticketId } = event.data;
    const issueId = event.type === 'TicketPrepared' ? event.data.issueId : await issueOf(store, ticketId);
    if (issueId === null) return;
    const message: IntegrationMessage = {
      type: 'TicketProgressed',
      data: {
        issueId,
        ticketId,
        ticketRevision: origin.revision,
        step: STEPS[event.type],
        note: noteOf(event),
        at: metadata.occurredAt,
      },
    };
    await customer.publish(integrationMessage(envelope, issueId, message));
  };
  return {
    declaration: GROUPS.backofficeIntegration,
    prefixes: [categoryOf.ticket],
    order: 'by-stream',
    bufferSize: 50,
    deadlineMs: 10_000,
    settingsVersion: 1,
    probe: customer.probe,
    handlers: TICKET_EVENTS.map((definition: MessageDefinition) =>
      on(definition, 'publish-progress', publish),
    ),
  };
}

const STEPS: Record<TicketEvent['type'], Step> = {
  TicketPrepared: 'prepared',
  TicketAssigned: 'assigned',
  TicketStarted: 'started',
  TicketStatusReported: 'status-reported',
  TicketResolved: 'resolved',
  TicketReopened: 'reopened',
  TicketCancelled: 'cancelled',
};

function noteOf(event: TicketEvent): string | null {
  switch (event.type) {
    case 'TicketPrepared':
    case 'TicketAssigned':
    case 'TicketStarted':
      return null;
    case 'TicketStatusReported':
    case 'TicketResolved':
    case 'TicketReopened':
    case 'TicketCancelled':
      return event.data.text;
  }
}

/** The issue that a ticket was prepared from; null for one prepared by hand. Its first event says so. */
async function issueOf(store: EventStore, ticketId: string): Promise<string | null> {
  for await (const { event } of store.read(streamOf.ticket(ticketId), { limit: 1 })) {
    if (ticket.isEvent(event) && event.type === 'TicketPrepared') return event.data.issueId;
  }
  return null;
}
