import type { Entry } from '../store/entry.ts';
import type { Consumer, Consumers } from './consumers.ts';
import type { Contents, Held } from './contents.ts';

/** What handing out needs of its queue. */
export type HandingQueue = {
  readonly contents: Contents;
  readonly consumers: Consumers;
  /** Takes out what waited too long; false when the rest of that has to wait for another turn. */
  dropExpired(): boolean;
  /** A consumer has been sent a message. */
  handed(consumer: Consumer, entry: Entry): void;
};

type Pending = Held & { readonly consumer: Consumer };

/**
 * Hands the messages of a queue to its consumers for as long as there are both. Nothing is sent before it is
 * committed that it was handed out, so that after a crash it comes back marked as redelivered.
 */
export class HandOut {
  readonly #queue: HandingQueue;
  /** Meant for a consumer, and waiting for that commit; in order. */
  readonly #pending = new Set<Pending>();
  #running = false;
  #again = false;
  #waiting = false;

  constructor(queue: HandingQueue) {
    this.#queue = queue;
  }

  run(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    try {
      do {
        this.#again = false;
        this.#reserve();
      } while (this.#again);
    } finally {
      this.#running = false;
    }
  }

  /** A consumer goes: what was meant for it, and not yet sent, waits again before anyone else is served. */
  withdraw(consumer: Consumer): void {
    for (const pending of this.#pending) {
      if (pending.consumer !== consumer) continue;
      this.#pending.delete(pending);
      consumer.withdraw(pending.entry);
      this.#queue.contents.putBack(pending.entry);
    }
  }

  #reserve(): void {
    const { contents, consumers } = this.#queue;
    const batch: Pending[] = [];
    while (contents.ready > 0 && this.#queue.dropExpired()) {
      if (!contents.peek()) {
        this.#runOnceCommitted();
        break;
      }
      const consumer = consumers.next();
      if (!consumer) break;
      const held = contents.take();
      if (!held) break;
      consumer.reserve(held.entry.size);
      const pending = { ...held, consumer };
      batch.push(pending);
      this.#pending.add(pending);
    }
    if (batch.length === 0) return;
    contents.noteDelivered(batch.reduce((highest, { entry }) => Math.max(highest, entry.seq), 0));
    contents.afterCommit(() => this.#send(batch));
  }

  /** The first message that waits is not committed yet: once it is, it can be read. */
  #runOnceCommitted(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#queue.contents.afterCommit(() => {
      this.#waiting = false;
      this.run();
    });
  }

  #send(batch: readonly Pending[]): void {
    for (const pending of batch) {
      if (!this.#pending.delete(pending)) continue;
      const { consumer, entry, message } = pending;
      consumer.deliver(entry, message);
      entry.content = undefined;
      this.#queue.handed(consumer, entry);
    }
    this.run();
  }
}
