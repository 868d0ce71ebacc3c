import type { StreamingRead } from '@eventstore/db-client';

/** Milliseconds that a read which nobody follows any more has to end by itself. */
const PATIENCE_MS = 50;

/**
 * The events of one of the client's reads. To be used wherever a read may be left before its end: what is left of it is
 * then taken off its connection. The client itself would keep an abandoned read for ever, and wait for it to end when it
 * is closed.
 */
export function eventsOf<Event>(read: StreamingRead<Event>): AsyncIterableIterator<Event, undefined> {
  // A plain iterator and no generator: every event of every read comes this way, and a generator would cost it twice.
  const events: AsyncIterator<Event, undefined> = read.iterator({ destroyOnReturn: false });
  const iterator: AsyncIterableIterator<Event, undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    // A read that fails is over for the server, too: there is nothing to take off.
    next: () => events.next(),
    return: async () => {
      await events.return?.();
      if (!read.readableEnded) leave(read);
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

/**
 * Lets a short read run out, and cancels one that does not end soon. Cancelling resets a stream of the connection, and a
 * server takes a client that does so again and again for an attacker: Node's own ends the whole connection after 1,000
 * resets, or more than 33 a second.
 */
function leave(read: StreamingRead<unknown>): void {
  read.on('error', () => undefined);
  const late = setTimeout(() => void read.cancel().catch(() => undefined), PATIENCE_MS);
  read.once('close', () => clearTimeout(late));
  read.resume();
}
