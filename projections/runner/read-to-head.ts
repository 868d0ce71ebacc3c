// The one pass over the store that all rebuilt models share.
import { type EventStoreDBClient, type RecordedEvent, streamNameFilter } from '@eventstore/db-client';
import { readFiltered } from '../../shared-contracts/runtime/event-store/filtered-read.ts';
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
 * Everything in the streams of some categories, up to a position at most; the server filters.
 */
export async function* readToHead(
  client: EventStoreDBClient,
  prefixes: readonly string[],
  head: bigint,
): AsyncGenerator<ReadBatch, void> {
  const filter = streamNameFilter({ prefixes: [...prefixes] });
  let position = 0n;
  let events: RecordedEvent[] = [];
  for await (const event of readFiltered(client, filter, { readAhead: READ_AHEAD })) {
    if (event.position.commit > head) break;
    position = event.position.commit;
    events.push(event);
    if (events.length < EVENTS_OF_A_BATCH) continue;
    yield { events, position };
    events = [];
  }
  if (events.length > 0) yield { events, position };
}
