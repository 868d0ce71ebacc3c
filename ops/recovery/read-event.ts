import { type RecordedEvent, StreamDeletedError, StreamNotFoundError } from '@eventstore/db-client';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';

/** The event at this place of a stream as the store has it; undefined where it no longer exists. */
export async function readEvent(
  { client }: EventStore,
  stream: string,
  revision: number | bigint,
): Promise<RecordedEvent | undefined> {
  try {
    const events = client.readStream(stream, { fromRevision: BigInt(revision), maxCount: 1 });
    for await (const { event } of eventsOf(events)) if (event?.revision === BigInt(revision)) return event;
  } catch (error) {
    if (!(error instanceof StreamNotFoundError || error instanceof StreamDeletedError)) throw error;
  }
  return undefined;
}
