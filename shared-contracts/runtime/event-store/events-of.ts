import type { StreamingRead } from '@eventstore/db-client';

/** Milliseconds in which a read that was left may come to its end by itself. */
const PATIENCE_MS = 50;

/**
 * The events of one of the client's reads. To be used wherever a read may be left before its end: what is left of it is
 * then taken off its connection. The client itself would keep an abandoned read for ever, and wait for it to end when it
 * is closed.
 */
export async function* eventsOf<Event>(read: StreamingRead<Event>): AsyncGenerator<Event, void, undefined> {
  const events: AsyncIterable<Event> = read.iterator({ destroyOnReturn: false });
  try {
    yield* events;
  } finally {
    if (!read.readableEnded) letGo(read);
  }
}

/**
 * A read of few events is nearly over when it is left, and ends by itself. To cancel it all the same would be to reset
 * its HTTP/2 stream, and servers close the connection of a client that resets a thousand streams in a row.
 */
function letGo<Event>(read: StreamingRead<Event>): void {
  const cancel = setTimeout(() => void read.cancel().catch(() => undefined), PATIENCE_MS);
  read.on('error', () => clearTimeout(cancel));
  read.once('end', () => clearTimeout(cancel));
  read.resume();
}
