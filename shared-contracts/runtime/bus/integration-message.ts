import type { IntegrationMessage } from '../../messages/integration-messages.ts';
import type { Envelope } from '../consumer/envelope.ts';
import { deterministicId } from '../ids.ts';
import type { BusMessage } from './wire-message.ts';

/**
 * The message that a handler publishes about an event: its id comes from the origin, so that a repeat is the same, and
 * what is personal in it belongs to whom the event belongs to.
 */
export function integrationMessage(
  { origin, metadata, delivery }: Omit<Envelope, 'event'>,
  about: string,
  message: IntegrationMessage,
): BusMessage {
  return {
    messageId: deterministicId(message.type, origin.eventId),
    about,
    subject: metadata.subject,
    message,
    correlationId: metadata.$correlationId,
    causationId: origin.eventId,
    occurredAt: metadata.occurredAt,
    actor: `system:${delivery.group}`,
  };
}
