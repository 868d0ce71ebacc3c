import type { StreamingRead } from '@eventstore/db-client';

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
    if (!read.readableEnded) {
      read.on('error', () => undefined);
      read.resume();
      await read.cancel().catch(() => undefined);
    }
  }
}
