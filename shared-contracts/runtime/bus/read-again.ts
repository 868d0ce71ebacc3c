import type { MessageDefinition } from '../../messages/define-message.ts';
import { deadQueueOf, queueOf, type ServiceName } from '../../messages/names.ts';
import { MessageUnreadable } from '../../messages/unreadable-events.ts';
import { PermanentFailure } from '../consumer/errors.ts';
import { type Handler, on } from '../consumer/subscription-group.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { Inbox } from './inbox.ts';
import { unreadableFrom } from './record-unreadable.ts';
import { fromWire } from './wire-message.ts';

/**
 * The inbox handler of `MessageUnreadable`: it reads the message again, with the contracts of this very version. Where that
 * works, the message goes into the inbox of what it is about, as if it had just come: so what an older version did not know
 * is recovered by a replay once the newer one runs, but behind what came about the same issue meanwhile. Where it does
 * not, the event fails for good, each time, and so is parked before an operator's eyes.
 */
export function readAgain(
  store: EventStore,
  service: ServiceName,
  known: readonly MessageDefinition[],
): Handler {
  const definitions = new Map(known.map((definition) => [definition.type, definition]));
  const inbox = new Inbox(store, service);
  const refuse = (why: string, cause?: unknown) =>
    new PermanentFailure(
      'message-unreadable',
      `A message from the queue ${queueOf(service)} cannot be read. ${why}. ` +
        `All of it waits in ${deadQueueOf(service)}. If a newer version of this service knows it, replay this after the ` +
        'update; otherwise have it sent again as it should be, and discard this.',
      { cause },
    );

  return on(MessageUnreadable, 'read-again', async ({ event: { data }, erased }) => {
    if (erased) throw refuse('What was kept of it has been erased');
    const content = Buffer.from(data.content, 'base64');
    if (content.length < data.length) throw refuse(data.reason);
    try {
      await inbox.take(await fromWire({ content, properties: data.properties }, definitions, store.codec));
    } catch (error) {
      const unreadable = unreadableFrom(error);
      throw unreadable === undefined ? error : refuse(unreadable.message, unreadable);
    }
  });
}
