import type { Message } from '../store/message.ts';
import type { Store } from '../store/store.ts';
import type { Backlog } from './ready.ts';

/** The messages of one queue as the store has them; those below `deliveredBelow` were handed out before the broker started. */
export function storedBacklog(
  store: Store,
  queueId: number,
  deliveredBelow: number,
  expiryOf: (message: Message) => number,
): Backlog {
  return {
    read(from, take) {
      store.readFrom(queueId, from, ({ seq, kept, size }, content) =>
        take({
          seq,
          kept,
          size,
          expiresAt: expiryOf(content),
          redelivered: seq < deliveredBelow,
          returns: 0,
          content,
        }),
      );
    },
    fill(entry) {
      entry.content = store.message(queueId, entry);
      return entry.content !== undefined;
    },
  };
}
