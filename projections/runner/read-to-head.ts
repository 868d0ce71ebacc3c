// The one pass over the store that all rebuilt models share.
import { type EventStoreDBClient, type RecordedEvent, START, streamNameFilter } from '@eventstore/db-client';
import { lastPosition } from '../../shared-contracts/runtime/event-store/last-position.ts';

/** Events read ahead of who takes them. */
const READ_AHEAD = 2000;
const EVENTS_OF_A_BATCH = 1000;

/** Some events in the order of the store, and how far the reading is. */
export type ReadBatch = { readonly events: readonly RecordedEvent[]; readonly position: bigint };

/** The commit position of the newest event in the store; 0 where there is none. */
export async function readHead(client: EventStoreDBClient): Promise<bigint> {
  return (await lastPosition(client))?.commit ?? 0n;
}

/**
 * Everything in the streams of some categories, up to a position at least; the server filters. A filtered read of what is
 * there is a subscription that is left once it has caught up: where the last event of interest lies far in front of the
 * head, nothing else would tell that it was the last.
 */
export async function* readToHead(
  client: EventStoreDBClient,
  prefixes: readonly string[],
  head: bigint,
): AsyncGenerator<ReadBatch, void> {
  let position = 0n;
  const filter = streamNameFilter({ prefixes: [...prefixes] });
  const subscription = client.subscribeToAll({ fromPosition: START, filter }, { highWaterMark: READ_AHEAD });
  // A mark among the events, since this is told when the client hears of it, and events may wait in front of it.
  subscription.once('caughtUp', () => void subscription.push({}));
  let events: RecordedEvent[] = [];
  try {
    for await (const { event } of subscription) {
      if (event?.position === undefined || event.position.commit > head) break;
      position = event.position.commit;
      events.push(event);
      if (events.length < EVENTS_OF_A_BATCH) continue;
      yield { events, position };
      events = [];
    }
  } finally {
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
  if (events.length > 0) yield { events, position };
}
