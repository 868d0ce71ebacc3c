import type { Consumer } from '../queue/consumers.ts';
import type { Queue } from '../queue/queue.ts';
import type { Entry } from '../store/entry.ts';
import type { Message } from '../store/message.ts';
import type { Outgoing } from '../wire/outgoing.ts';

/** What a consumer needs of the channel it is on. */
export type ConsumerChannel = {
  readonly connectionName: string;
  readonly closed: boolean;
  /** The prefetch of the channel as a whole leaves room for one more. */
  readonly hasCredit: boolean;
  readonly outgoing: Outgoing;
  /** Deliveries that are unsettled or about to be sent. */
  held: number;
  sendDelivery(consumer: ChannelConsumer, entry: Entry, message: Message): void;
  consumerCancelled(consumer: ChannelConsumer): void;
};

/** A consumer that a client has started on one of its channels. */
export class ChannelConsumer implements Consumer {
  readonly tag: string;
  readonly queue: Queue;
  readonly exclusive: boolean;
  readonly noAck: boolean;
  readonly prefetch: number;
  readonly #channel: ConsumerChannel;
  readonly #dispatch: () => void;
  unsettled = 0;
  stopped = false;

  constructor(
    channel: ConsumerChannel,
    queue: Queue,
    options: {
      readonly tag: string;
      readonly exclusive: boolean;
      readonly noAck: boolean;
      readonly prefetch: number;
    },
  ) {
    this.#channel = channel;
    this.queue = queue;
    this.tag = options.tag;
    this.exclusive = options.exclusive;
    this.noAck = options.noAck;
    this.prefetch = options.prefetch;
    this.#dispatch = () => queue.dispatch();
  }

  get connectionName(): string {
    return this.#channel.connectionName;
  }

  canTake(): boolean {
    if (this.stopped || this.#channel.closed) return false;
    if (!this.noAck) {
      if (this.prefetch > 0 && this.unsettled >= this.prefetch) return false;
      if (!this.#channel.hasCredit) return false;
    }
    if (this.#channel.outgoing.hasRoom) return true;
    this.#channel.outgoing.whenRoom(this.#dispatch);
    return false;
  }

  reserve(size: number): void {
    this.#channel.outgoing.reserve(size);
    if (this.noAck) return;
    this.unsettled++;
    this.#channel.held++;
  }

  deliver(entry: Entry, message: Message): void {
    this.#channel.outgoing.release(entry.size);
    this.#channel.sendDelivery(this, entry, message);
  }

  withdraw(entry: Entry): void {
    this.#channel.outgoing.release(entry.size);
    this.release();
  }

  /** Frees the place of one delivery in the prefetch. */
  release(): void {
    if (this.noAck) return;
    this.unsettled--;
    this.#channel.held--;
  }

  cancelled(): void {
    this.stopped = true;
    this.#channel.consumerCancelled(this);
  }
}
