import { streamNameFilter } from '@eventstore/db-client';
import { isOneOf } from '../../messages/define-message.ts';
import { categoryOf, idOfStream, type ServiceName } from '../../messages/names.ts';
import { MessageUnreadable } from '../../messages/unreadable-events.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { readFiltered } from '../event-store/filtered-read.ts';
import type { IsAbout } from './needles.ts';

const isUnreadable = isOneOf([MessageUnreadable]);

/**
 * The subjects of recorded messages that nobody could read and that are about the customer. One that names a subject is erased
 * with that one; the others are each a subject of their own.
 */
export async function findUnreadable(
  { client, codec }: EventStore,
  service: ServiceName,
  isAbout: IsAbout,
): Promise<readonly string[]> {
  const category = categoryOf.unreadable(service);
  const filter = streamNameFilter({ prefixes: [category] });
  const found = new Set<string>();
  for await (const recorded of readFiltered(client, filter)) {
    if (recorded.type !== MessageUnreadable.type) continue;
    const id = idOfStream(category, recorded.streamId);
    const { event, metadata, erased } = await codec.decode(recorded);
    if (erased === true || metadata.subject !== id || !isUnreadable(event)) continue;
    const { content, properties } = event.data;
    const texts = [Buffer.from(content, 'base64').toString(), JSON.stringify(properties)];
    if (isAbout(metadata.$correlationId, ...texts)) found.add(id);
  }
  return [...found];
}
