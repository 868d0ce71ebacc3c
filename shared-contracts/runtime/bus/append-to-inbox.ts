import { type ServiceName, streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { BusMessage } from './wire-message.ts';

const TRIES = 10;

/**
 * Appends a message from the broker to the inbox stream of what it is about, at the revision just read, unless it is there
 * already. Reading first is what makes a redelivery harmless: the store itself forgets ids when it restarts.
 *
 * @returns whether the message was new.
 */
export async function appendToInbox(
  store: EventStore,
  service: ServiceName,
  message: BusMessage,
): Promise<boolean> {
  const stream = streamOf.inbox(service, message.about);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    let revision = -1;
    let known = false;
    for await (const { origin } of store.read(stream)) {
      revision = origin.revision;
      known ||= origin.eventId === message.messageId;
    }
    if (known) return false;
    const event = {
      id: message.messageId,
      event: message.message,
      metadata: {
        $correlationId: message.correlationId,
        $causationId: message.causationId,
        actor: message.actor,
        ...(message.subject === undefined ? {} : { subject: message.subject }),
        occurredAt: message.occurredAt,
      },
    };
    const appended = await store.append(stream, [event], revision < 0 ? 'none' : revision);
    if (appended.kind === 'appended') return true;
  }
  throw new Error(`Others appended to ${stream} each time this message was about to be.`);
}
