// Streams as the store has them, not decoded: for what stands in them beside our events, and where only ids or places matter.
import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  type ReadStreamOptions,
  type RecordedEvent,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { eventsOf } from './events-of.ts';

type Reader = Pick<EventStoreDBClient, 'readStream'>;

/**
 * The events of a stream as it stands now; of one that does not exist, none.
 *
 * @param deleted what is to become of a stream that was deleted for good: an error, or no events either.
 * @throws StreamDeletedError unless that is `none`.
 */
export async function* recordedEvents(
  client: Reader,
  stream: string,
  options: ReadStreamOptions = {},
  deleted: 'throws' | 'none' = 'throws',
): AsyncGenerator<RecordedEvent, void, undefined> {
  try {
    for await (const { event } of eventsOf(client.readStream(stream, options)))
      if (event !== undefined) yield event;
  } catch (error) {
    if (error instanceof StreamNotFoundError) return;
    if (deleted === 'throws' || !(error instanceof StreamDeletedError)) throw error;
  }
}

/** The event at a revision of a stream; undefined where it no longer exists, or never has. */
export async function recordedAt(
  client: Reader,
  stream: string,
  revision: number | bigint,
): Promise<RecordedEvent | undefined> {
  const there = { fromRevision: BigInt(revision), maxCount: 1 };
  for await (const event of recordedEvents(client, stream, there, 'none'))
    if (event.revision === BigInt(revision)) return event;
  return undefined;
}

/** The last event of a stream that can still be read; undefined where there is none. */
export async function lastRecorded(client: Reader, stream: string): Promise<RecordedEvent | undefined> {
  const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
  for await (const event of recordedEvents(client, stream, last, 'none')) return event;
  return undefined;
}
