import type { EventStore } from '../core/event-store.ts';
import type { Checkpoint, Progress } from './checkpoint.ts';
import type { Consumer } from './consumer.ts';
import type { Message } from './message.ts';
import { type Outstanding, OutstandingMessages } from './outstanding.ts';
import { park } from './parking.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { Replay } from './replay.ts';
import { RetryQueue } from './retry-queue.ts';
import type { GroupSettings } from './settings.ts';
import { Unsettled } from './unsettled.ts';

/** What a consumer that does not acknowledge a message wants of it; `skip` counts as an acknowledgement. */
export type NackAction = 'retry' | 'park' | 'skip';

/** What a group's messages are settled with. */
type SettlingParts = {
  readonly store: EventStore;
  readonly settings: GroupSettings;
  readonly parkedStream: string;
  readonly ahead: ReadAhead;
  readonly replay: Replay;
  readonly checkpoint: Checkpoint;
};

/**
 * What becomes of the messages that a group has handed out: acknowledged or parked, they are settled and the checkpoint moves on;
 * else they wait to be delivered again.
 */
export class Settling {
  /** What is to be delivered again. */
  readonly retries = new RetryQueue();
  readonly #parts: SettlingParts;
  readonly #outstanding = new OutstandingMessages();
  readonly #unsettled = new Unsettled();
  /** On their way into the parked stream. */
  readonly #parking = new Set<Promise<void>>();

  constructor(parts: SettlingParts) {
    this.#parts = parts;
  }

  /** How many messages are with consumers. */
  get outstanding(): number {
    return this.#outstanding.count;
  }

  /** Notes that a message was handed out. */
  delivered(message: Message, consumer: Consumer): void {
    this.#outstanding.add({ message, consumer, deliveredAt: this.#parts.store.clock() });
    this.#unsettled.add(message);
    consumer.inFlight += 1;
  }

  /** Any consumer may settle what another one has; ids that nobody has are passed over. */
  ack(ids: readonly Buffer[]): void {
    for (const outstanding of this.#find(ids)) this.#accept(outstanding);
  }

  nack(ids: readonly Buffer[], action: NackAction, reason: string): void {
    for (const outstanding of this.#find(ids)) {
      switch (action) {
        case 'retry':
          this.#retryOrPark(outstanding);
          break;
        case 'park':
          this.#park(outstanding, `Client explicitly NAK'ed message.\n${reason}`);
          break;
        case 'skip':
          this.#accept(outstanding);
          break;
      }
    }
  }

  /** What a consumer that has gone had is delivered again, however often that was. */
  left(consumer: Consumer): void {
    for (const outstanding of this.#outstanding.all) {
      if (outstanding.consumer === consumer) this.#retry(outstanding);
    }
  }

  /** To be called every second: messages that took too long, and checkpoints that are due. */
  tick(): void {
    const now = this.#parts.store.clock();
    for (const outstanding of this.#outstanding.all) {
      if (now - outstanding.deliveredAt >= this.#parts.settings.messageTimeoutMs)
        this.#retryOrPark(outstanding);
    }
    this.#parts.checkpoint.tick(this.#progress());
  }

  /** Waits for what is being parked, and is settled then. */
  async idle(): Promise<void> {
    await Promise.all(this.#parking);
  }

  *#find(ids: readonly Buffer[]): Iterable<Outstanding> {
    for (const id of ids) {
      const outstanding = this.#outstanding.find(id);
      if (outstanding !== undefined) yield outstanding;
    }
  }

  /** Takes a message out of what is with consumers. */
  #take(outstanding: Outstanding): void {
    const { store, settings } = this.#parts;
    this.#outstanding.remove(outstanding);
    outstanding.consumer.inFlight -= 1;
    if (settings.extraStatistics) outstanding.consumer.noteLatency(store.clock() - outstanding.deliveredAt);
  }

  #accept(outstanding: Outstanding): void {
    this.#take(outstanding);
    this.#settle(outstanding.message);
  }

  #settle(message: Message): void {
    this.#unsettled.remove(message);
    if (message.replayOf !== undefined) this.#parts.replay.settled(message.replayOf);
    else this.#parts.checkpoint.settled(this.#progress());
  }

  #retry(outstanding: Outstanding): void {
    this.#take(outstanding);
    outstanding.message.retryCount += 1;
    this.retries.add(outstanding.message);
  }

  #retryOrPark(outstanding: Outstanding): void {
    const limit = this.#parts.settings.maxRetryCount;
    if (outstanding.message.retryCount < limit) this.#retry(outstanding);
    else this.#park(outstanding, `Reached retry count of ${limit}`);
  }

  /** A message counts as settled when it is in the parked stream; where that fails it is delivered again. */
  #park(outstanding: Outstanding, reason: string): void {
    this.#take(outstanding);
    const { message } = outstanding;
    const parking = park(this.#parts.store, this.#parts.parkedStream, message, reason)
      .then(
        () => this.#settle(message),
        () => this.retries.add(message),
      )
      .finally(() => this.#parking.delete(parking));
    this.#parking.add(parking);
  }

  /** Everything up to here is settled. */
  #progress(): Progress {
    const { first: buffered, looked } = this.#parts.ahead;
    const { lowest } = this.#unsettled;
    const first =
      lowest !== undefined && (buffered === undefined || lowest.sequence < buffered.sequence)
        ? lowest
        : buffered;
    return first === undefined ? looked : { sequence: first.sequence - 1, position: first.before };
  }
}
