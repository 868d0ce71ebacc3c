import type { Entry } from '../store/entry.ts';
import { Alarm } from './alarm.ts';
import type { Contents } from './contents.ts';
import type { DeadReason } from './dead-letter.ts';
import { exceedsLimits, type QueueSettings } from './settings.ts';

/** Most messages that leave a queue by themselves in one turn. */
const EXPIRY_CHUNK = 500;

/** What leaving by itself needs of the queue. */
export type EvictingQueue = {
  readonly contents: Contents;
  readonly settings: QueueSettings;
  readonly now: () => number;
  /** Ends the first message that waits. */
  drop(reason: DeadReason): void;
  /** Looks again at what waits. */
  dispatch(): void;
};

/** Messages that leave a queue by themselves: those that have waited too long, and those that do not fit. */
export class Eviction {
  readonly #queue: EvictingQueue;
  readonly #alarm: Alarm;
  /** Has just come: with a time to live of 0 it may still go to a consumer that takes it at once. */
  arriving: Entry | undefined;

  constructor(queue: EvictingQueue) {
    this.#queue = queue;
    this.#alarm = new Alarm(() => queue.dispatch());
  }

  /** Whether one more message would be refused because the queue is full. */
  get refuses(): boolean {
    return this.#queue.settings.overflow === 'reject-publish' && this.#isFull(1);
  }

  /** Takes out what has waited too long at the head; false when there was so much that the rest has to wait. */
  dropExpired(): boolean {
    const { contents, now } = this.#queue;
    for (let dropped = 0; dropped < EXPIRY_CHUNK; dropped++) {
      const first = contents.peek();
      if (!first || first === this.arriving || first.expiresAt > now()) return true;
      this.#queue.drop('expired');
    }
    setImmediate(() => this.#queue.dispatch());
    return false;
  }

  /** Takes out the head for as long as there is more than fits, where the queue makes room like that. */
  dropOverflow(): void {
    const { contents, settings } = this.#queue;
    if (settings.overflow !== 'drop-head') return;
    while (contents.ready > 0 && this.#isFull(0)) {
      if (!contents.peek()) {
        contents.afterCommit(() => this.dropOverflow());
        return;
      }
      this.#queue.drop('maxlen');
    }
  }

  /** Sets the clock to when the first message will have waited too long. */
  watch(): void {
    this.#alarm.clear();
    const { contents, now } = this.#queue;
    if (contents.ready === 0) return;
    const expiresAt = contents.peek()?.expiresAt;
    if (expiresAt === undefined || expiresAt === Infinity) return;
    this.#alarm.setIn(expiresAt - now());
  }

  stop(): void {
    this.#alarm.clear();
  }

  #isFull(more: number): boolean {
    const { contents, settings } = this.#queue;
    return exceedsLimits(settings, contents.ready + more, contents.readyBytes + more);
  }
}
