import { BACKWARDS, END, type EventStoreDBClient, type Position } from '@eventstore/db-client';
import { eventsOf } from './events-of.ts';

/** The position in `$all` of the newest event that everybody can see; undefined for an empty store. */
export async function lastPosition(
  client: Pick<EventStoreDBClient, 'readAll'>,
): Promise<Position | undefined> {
  const last = client.readAll({ maxCount: 1, direction: BACKWARDS, fromPosition: END });
  for await (const { event } of eventsOf(last)) return event?.position;
  return undefined;
}
