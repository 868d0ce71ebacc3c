import type { Entry } from '../store/entry.ts';
import type { Message } from '../store/message.ts';

/** Someone who takes messages from a queue, as the queue sees them. */
export type Consumer = {
  readonly tag: string;
  readonly exclusive: boolean;
  readonly noAck: boolean;
  /** Who it is, for people. */
  readonly connectionName: string;
  readonly prefetch: number;
  readonly unsettled: number;
  /** Whether it can take one more now; when not, it asks the queue to try again once it can. */
  canTake(): boolean;
  /** Counts a message that is about to be handed over. */
  reserve(size: number): void;
  /** Hands it over. */
  deliver(entry: Entry, message: Message): void;
  /** It will not be handed over after all: the consumer went before it could be. */
  withdraw(entry: Entry): void;
  /** The queue is gone. */
  cancelled(): void;
};

/** The consumers of one queue, and whose turn it is. */
export class Consumers {
  readonly #single: boolean;
  readonly #all: Consumer[] = [];
  #turn = 0;

  /** With `single`, only the first that came takes messages; when it goes, the next does (single active consumer). */
  constructor(single: boolean) {
    this.#single = single;
  }

  get all(): readonly Consumer[] {
    return this.#all;
  }

  isActive(consumer: Consumer): boolean {
    return !this.#single || this.#all[0] === consumer;
  }

  add(consumer: Consumer): void {
    this.#all.push(consumer);
  }

  remove(consumer: Consumer): boolean {
    const at = this.#all.indexOf(consumer);
    if (at < 0) return false;
    this.#all.splice(at, 1);
    if (at < this.#turn) this.#turn--;
    return true;
  }

  /** The next, in turn, that can take a message. */
  next(): Consumer | undefined {
    if (this.#single) {
      const first = this.#all[0];
      return first?.canTake() ? first : undefined;
    }
    for (let tried = 0; tried < this.#all.length; tried++) {
      if (this.#turn >= this.#all.length) this.#turn = 0;
      const consumer = this.#all[this.#turn++];
      if (consumer?.canTake()) return consumer;
    }
    return undefined;
  }
}
