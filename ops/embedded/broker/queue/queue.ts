import { Meter } from '../meter.ts';
import type { QueueDefinition } from '../store/definitions.ts';
import type { Entry } from '../store/entry.ts';
import type { Message } from '../store/message.ts';
import type { Recovered, Store } from '../store/store.ts';
import { type Consumer, Consumers } from './consumers.ts';
import { Contents, type Held } from './contents.ts';
import type { DeadReason } from './dead-letter.ts';
import { Eviction } from './eviction.ts';
import { HandOut } from './hand-out.ts';
import { Idle } from './idle.ts';
import type { ContentBudget } from './ready.ts';
import type { QueueSettings } from './settings.ts';

/** What a queue asks of the broker it is part of. */
export type QueueSurroundings = {
  readonly store: Store;
  readonly budget: ContentBudget;
  readonly now: () => number;
  deadLetter(queue: Queue, message: Message, reason: DeadReason): void;
  /** The last consumer of an auto-delete queue went, or the queue was unused for as long as it may be. */
  unused(queue: Queue): void;
};

/** One queue: messages come in, are handed out, and come back or are done with. */
export class Queue {
  readonly definition: QueueDefinition;
  readonly settings: QueueSettings;
  /** The connection whose queue it is, for an exclusive one. */
  readonly owner: object | undefined;
  readonly consumers: Consumers;
  readonly published = new Meter();
  readonly delivered = new Meter();
  readonly acknowledged = new Meter();
  readonly #around: QueueSurroundings;
  readonly #contents: Contents;
  readonly #handOut: HandOut;
  readonly #eviction: Eviction;
  readonly #idle: Idle;
  #gone = false;

  constructor(
    definition: QueueDefinition,
    settings: QueueSettings,
    owner: object | undefined,
    around: QueueSurroundings,
    found: Recovered,
  ) {
    this.definition = definition;
    this.settings = settings;
    this.owner = owner;
    this.consumers = new Consumers(settings.singleActiveConsumer);
    this.#around = around;
    const contents = new Contents(definition, around, found, (message) => this.#expiryOf(message));
    this.#contents = contents;
    this.#eviction = new Eviction({
      contents,
      settings,
      now: around.now,
      drop: (reason) => this.#dropFirst(reason),
      dispatch: () => this.dispatch(),
    });
    this.#handOut = new HandOut({
      contents,
      consumers: this.consumers,
      dropExpired: () => this.#eviction.dropExpired(),
      handed: (consumer, entry) => {
        this.delivered.count();
        if (consumer.noAck) this.#contents.remove(entry);
      },
    });
    this.#idle = new Idle(
      settings.expires,
      around.now,
      () => this.#gone || this.consumers.all.length > 0,
      () => around.unused(this),
    );
    this.#idle.restart();
  }

  get name(): string {
    return this.definition.name;
  }

  /** Messages that nobody has. */
  get ready(): number {
    return this.#contents.ready;
  }

  /** Messages that someone has and has not settled. */
  get unsettled(): number {
    return this.#contents.taken;
  }

  get bytes(): number {
    return this.#contents.bytes;
  }

  /** Whether a new message would be refused because the queue is full. */
  get refuses(): boolean {
    return this.#eviction.refuses;
  }

  /** Takes a message in; it is written, but not yet on disk. Returns whether its confirm has to wait for that. */
  publish(message: Message): boolean {
    const entry = this.#contents.add(message, this.#expiryOf(message));
    this.published.count();
    this.#eviction.arriving = entry;
    this.dispatch();
    this.#eviction.arriving = undefined;
    this.#eviction.dropOverflow();
    return entry.kept;
  }

  /** Takes the first message for basic.get; resolves once it may be handed over. */
  async get(): Promise<Held | undefined> {
    this.#idle.restart();
    this.#eviction.dropExpired();
    if (this.#contents.ready === 0) return undefined;
    if (!this.#contents.peek()) await this.#committed();
    const held = this.#contents.take();
    if (!held) return undefined;
    this.#contents.noteDelivered(held.entry.seq);
    await this.#committed();
    this.delivered.count();
    return held;
  }

  addConsumer(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.#idle.restart();
    this.dispatch();
  }

  removeConsumer(consumer: Consumer): void {
    if (!this.consumers.remove(consumer)) return;
    this.#handOut.withdraw(consumer);
    this.#idle.restart();
    if (this.definition.autoDelete && this.consumers.all.length === 0) this.#around.unused(this);
    else this.dispatch();
  }

  /** Hands messages to consumers for as long as there are both. */
  dispatch(): void {
    if (this.#gone) return;
    this.#handOut.run();
    this.#eviction.watch();
  }

  /** A message is done with. */
  acknowledge(entry: Entry): void {
    this.acknowledged.count();
    this.#contents.remove(entry);
  }

  /** A message is refused for good: dead letter, or nothing. The dead letter is written before the message is removed. */
  discard(entry: Entry, reason: DeadReason): void {
    if (!this.#gone && this.settings.deadLetterExchange !== undefined) {
      const message = this.#contents.contentOf(entry);
      if (message) this.#around.deadLetter(this, message, reason);
    }
    this.#contents.remove(entry);
  }

  /** A message comes back to its old place; `handed` says whether anyone has seen it. */
  requeue(entry: Entry, handed: boolean): void {
    if (handed) {
      entry.redelivered = true;
      entry.returns++;
      const { deliveryLimit = Infinity } = this.settings;
      if (entry.returns > deliveryLimit) {
        this.discard(entry, 'delivery_limit');
        return;
      }
    }
    this.#contents.putBack(entry);
  }

  /** Removes what nobody has; resolves with how many, once that is on disk. */
  purge(): Promise<number> {
    return this.#contents.purge();
  }

  /** Ends the queue: tells its consumers, forgets its messages. Their removal from the disk goes on afterwards. */
  end(): { readonly count: number; readonly removed: Promise<void> } {
    this.stop();
    const ended = this.#contents.end();
    for (const consumer of [...this.consumers.all]) {
      this.consumers.remove(consumer);
      this.#handOut.withdraw(consumer);
      consumer.cancelled();
    }
    return ended;
  }

  /** Stops handing out, and the clocks. */
  stop(): void {
    this.#gone = true;
    this.#eviction.stop();
    this.#idle.stop();
  }

  /** A look at the first messages that nobody has. */
  look(limit: number): readonly Entry[] {
    return this.#contents.look(limit);
  }

  #dropFirst(reason: DeadReason): void {
    const held = this.#contents.take();
    if (held) this.discard(held.entry, reason);
  }

  #expiryOf(message: Message): number {
    const limit = Math.min(this.settings.messageTtl ?? Infinity, message.timeToLive ?? Infinity);
    return message.publishedAt + limit;
  }

  #committed(): Promise<void> {
    return new Promise((resolve) => this.#contents.afterCommit(resolve));
  }
}
