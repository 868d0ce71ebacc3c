// What the client's reads of $all cannot do: only the events that pass a filter of the server's, up to the end.
import {
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
  type Filter,
  type Position,
  START,
} from '@eventstore/db-client';

export type FilteredRead = {
  /** Only what stands behind this position; all of it where there is none. */
  readonly from?: Position | undefined;
  /** Ends the reading when it aborts. */
  readonly stop?: AbortSignal;
  /** Events that are asked for ahead of who takes them; the client's default where it is left out. */
  readonly readAhead?: number;
  /** Told how far the server has looked, also where nothing passed. */
  readonly onPosition?: (position: Position) => void;
};

/** The events of `$all` that pass a filter, until the end is reached. Reads as fast as they are taken. */
export async function* readFiltered(
  client: EventStoreDBClient,
  filter: Filter,
  { from, stop, readAhead, onPosition }: FilteredRead = {},
): AsyncGenerator<AllStreamRecordedEvent, void, undefined> {
  const subscription = client.subscribeToAll(
    {
      fromPosition: from ?? START,
      filter: { ...filter, checkpointReached: (_subscription, position) => onPosition?.(position) },
    },
    readAhead === undefined ? {} : { highWaterMark: readAhead },
  );
  // A mark behind the events that are there.
  const end = () => void subscription.push({});
  subscription.once('caughtUp', end);
  stop?.addEventListener('abort', end, { once: true });
  try {
    for await (const { event } of subscription) {
      if (event === undefined || stop?.aborted === true) break;
      onPosition?.(event.position);
      yield event;
    }
  } finally {
    stop?.removeEventListener('abort', end);
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}
