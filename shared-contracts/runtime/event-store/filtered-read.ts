// What the client's reads of $all cannot do: only the events that pass a filter of the server's, up to the end.
import {
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
  type Filter,
  type Position,
  START,
} from '@eventstore/db-client';

/**
 * The events of `$all` behind a position that pass a filter, until the end is reached or `stop` aborts. Reads as fast as
 * they are taken.
 *
 * @param onPosition told how far the server has looked, also where nothing passed.
 */
export async function* readFiltered(
  client: EventStoreDBClient,
  filter: Filter,
  from: Position | undefined,
  stop: AbortSignal,
  onPosition: (position: Position) => void = () => undefined,
): AsyncGenerator<AllStreamRecordedEvent, void, undefined> {
  const subscription = client.subscribeToAll({
    fromPosition: from ?? START,
    filter: { ...filter, checkpointReached: (_subscription, position) => onPosition(position) },
  });
  // A mark behind the events that are there.
  const end = () => void subscription.push({});
  subscription.once('caughtUp', end);
  stop.addEventListener('abort', end, { once: true });
  try {
    for await (const { event } of subscription) {
      if (event === undefined || stop.aborted) break;
      onPosition(event.position);
      yield event;
    }
  } finally {
    stop.removeEventListener('abort', end);
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}
