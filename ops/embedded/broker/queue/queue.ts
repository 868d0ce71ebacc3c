// Longer than its neighbours: who has which message, who is next and what is counted is one state.
import { Meter } from '../meter.ts';
import type { QueueDefinition } from '../store/definitions.ts';
import type { Recovered, Store } from '../store/store.ts';
import { Alarm } from './alarm.ts';
import { storedBacklog } from './backlog.ts';
import { type Consumer, Consumers } from './consumers.ts';
import type { Entry } from './entry.ts';
import type { Message } from './message.ts';
import { type ContentBudget, ReadyList } from './ready.ts';
import { exceedsLimits, type QueueSettings } from './settings.ts';

/** Why a message left its queue for the dead letters (the words RabbitMQ uses). */
export type DeadReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** What a queue asks of the broker it is part of. */
export type QueueSurroundings = {
  readonly store: Store;
  readonly budget: ContentBudget;
  readonly now: () => number;
  deadLetter(queue: Queue, message: Message, reason: DeadReason): void;
  /** The last consumer of an auto-delete queue went, or the queue was unused for as long as it may be. */
  unused(queue: Queue): void;
};

/** A message that a consumer is to have once that is committed. */
type Reserved = { readonly consumer: Consumer; readonly entry: Entry; readonly message: Message };

/** Most messages that leave a queue by themselves in one turn. */
const EXPIRY_CHUNK = 500;

/**
 * One queue: which messages wait, who has which, and who is next. Nothing is handed to anyone before it is
 * committed that it was, so that after a crash it comes back marked as redelivered.
 */
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
  readonly #ready: ReadyList;
  readonly #reserved = new Set<Reserved>();
  #nextSeq: number;
  #deliveredBelow: number;
  #taken = 0;
  #takenBytes = 0;
  #dispatching = false;
  #again = false;
  #gone = false;
  #idleUntil = 0;
  readonly #expiry = new Alarm(() => this.dispatch());
  readonly #idle = new Alarm(() => this.#endIdle());

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
    this.#nextSeq = found.next;
    this.#deliveredBelow = found.deliveredBelow;
    const backlog = storedBacklog(around.store, definition.id, found.deliveredBelow, (message) =>
      this.#expiryOf(message),
    );
    this.#ready = new ReadyList(backlog, around.budget, found);
    this.#watchIdle();
  }

  get name(): string {
    return this.definition.name;
  }

  /** Messages that nobody has. */
  get ready(): number {
    return this.#ready.count;
  }

  /** Messages that someone has and has not settled. */
  get unsettled(): number {
    return this.#taken;
  }

  get bytes(): number {
    return this.#ready.bytes + this.#takenBytes;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Whether a new message would be refused because the queue is full. */
  get refuses(): boolean {
    return this.settings.overflow === 'reject-publish' && this.#isFull(1);
  }

  /** Takes a message in; it is written, but not yet on disk. Returns whether its confirm has to wait for that. */
  publish(message: Message): boolean {
    const kept = message.persistent && this.definition.durable;
    const entry: Entry = {
      seq: this.#nextSeq++,
      kept,
      size: message.record.length,
      expiresAt: this.#expiryOf(message),
      redelivered: false,
      returns: 0,
      content: message,
    };
    this.#around.store.putMessage(this.definition.id, entry, message.record);
    this.#ready.append(entry);
    this.published.count();
    this.dispatch();
    if (this.settings.overflow === 'drop-head') this.#dropHead();
    return kept;
  }

  /** Takes the first message for basic.get; resolves once it may be handed over. */
  async get(): Promise<{ readonly entry: Entry; readonly message: Message } | undefined> {
    this.#watchIdle();
    if (this.#ready.count === 0) return undefined;
    if (!this.#ready.peek())
      await new Promise<void>((resolve) => this.#around.store.commits.afterCommit(resolve));
    const entry = this.#take();
    if (!entry?.content) return undefined;
    const message = entry.content;
    this.#noteDelivered(entry.seq);
    await new Promise<void>((resolve) => this.#around.store.commits.afterCommit(resolve));
    this.delivered.count();
    return { entry, message };
  }

  addConsumer(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.#watchIdle();
    this.dispatch();
  }

  removeConsumer(consumer: Consumer): void {
    if (!this.consumers.remove(consumer) || this.#gone) return;
    // Before the next consumer gets anything, which would be out of order.
    for (const reserved of this.#reserved) if (reserved.consumer === consumer) this.#handOver(reserved);
    this.#watchIdle();
    if (this.definition.autoDelete && this.consumers.all.length === 0) this.#around.unused(this);
    else this.dispatch();
  }

  /** Hands messages to consumers for as long as there are both. */
  dispatch(): void {
    if (this.#dispatching) {
      this.#again = true;
      return;
    }
    this.#dispatching = true;
    try {
      do {
        this.#again = false;
        this.#handOut();
      } while (this.#again);
    } finally {
      this.#dispatching = false;
    }
    this.#watchExpiry();
  }

  /** A message is done with. */
  acknowledge(entry: Entry): void {
    this.acknowledged.count();
    this.#forget(entry);
  }

  /** A message is refused for good: dead letter, or nothing. */
  discard(entry: Entry, reason: DeadReason): void {
    this.#bury(entry, reason);
    this.#forget(entry);
  }

  /** A message comes back to its old place; `handed` says whether anyone has seen it. */
  requeue(entry: Entry, handed: boolean): void {
    if (this.#gone) return;
    const limit = this.settings.deliveryLimit;
    if (handed) {
      entry.redelivered = true;
      entry.returns++;
      if (limit !== undefined && entry.returns > limit) {
        this.discard(entry, 'delivery_limit');
        return;
      }
    }
    this.#taken--;
    this.#takenBytes -= entry.size;
    this.#ready.putBack(entry);
  }

  /** Removes what nobody has; resolves with how many, once that is on disk. */
  async purge(): Promise<number> {
    const count = this.#ready.count;
    const { entries, from, to } = this.#ready.clear();
    for (const entry of entries) this.#around.store.removeMessage(this.definition.id, entry);
    await this.#around.store.removeRange(this.definition.id, from, to);
    return count;
  }

  /** Ends the queue: tells its consumers, forgets its messages. Their removal from the disk goes on afterwards. */
  end(): { readonly count: number; readonly removed: Promise<void> } {
    const count = this.#ready.count;
    this.#gone = true;
    this.#expiry.clear();
    this.#idle.clear();
    this.#ready.clear();
    for (const consumer of [...this.consumers.all]) {
      this.consumers.remove(consumer);
      consumer.cancelled();
    }
    return { count, removed: this.#around.store.removeRange(this.definition.id, 0, 2 ** 48 - 1) };
  }

  /** Stops the clocks, when the broker stops. */
  stop(): void {
    this.#gone = true;
    this.#expiry.clear();
    this.#idle.clear();
  }

  /** A look at the first messages that nobody has. */
  look(limit: number): readonly Entry[] {
    return this.#ready.look(limit);
  }

  #handOut(): void {
    const batch: Reserved[] = [];
    let last = -1;
    while (this.#ready.count > 0 && this.#dropExpired()) {
      if (!this.#ready.peek()) {
        // Not committed yet: once it is, it can be read.
        this.#around.store.commits.afterCommit(() => this.dispatch());
        break;
      }
      const consumer = this.consumers.next();
      if (!consumer) break;
      const entry = this.#take();
      if (!entry?.content) break;
      consumer.reserve(entry.size);
      const reserved = { consumer, entry, message: entry.content };
      batch.push(reserved);
      this.#reserved.add(reserved);
      last = Math.max(last, entry.seq);
    }
    if (batch.length === 0) return;
    this.#noteDelivered(last);
    this.#around.store.commits.afterCommit(() => {
      for (const reserved of batch) if (this.#reserved.has(reserved)) this.#handOver(reserved);
      this.dispatch();
    });
  }

  /** Hands a message over to its consumer, or takes it back where that is gone. */
  #handOver(reserved: Reserved): void {
    const { consumer, entry, message } = reserved;
    this.#reserved.delete(reserved);
    const handed = consumer.deliver(entry, message);
    entry.content = undefined;
    if (!handed) {
      this.requeue(entry, false);
      return;
    }
    this.delivered.count();
    if (consumer.noAck) this.#forget(entry);
  }

  #take(): Entry | undefined {
    const entry = this.#ready.shift();
    if (entry) {
      this.#taken++;
      this.#takenBytes += entry.size;
    }
    return entry;
  }

  #forget(entry: Entry): void {
    if (this.#gone) return;
    this.#taken--;
    this.#takenBytes -= entry.size;
    this.#around.store.removeMessage(this.definition.id, entry);
  }

  #noteDelivered(seq: number): void {
    if (!this.definition.durable || seq < this.#deliveredBelow) return;
    this.#deliveredBelow = seq + 1;
    this.#around.store.setDeliveredBelow(this.definition.id, this.#deliveredBelow);
  }

  /** The dead letter is written before the message is removed, in the same batch or an earlier one. */
  #bury(entry: Entry, reason: DeadReason): void {
    if (this.#gone || this.settings.deadLetterExchange === undefined) return;
    const message = entry.content ?? this.#around.store.message(this.definition.id, entry);
    if (message) this.#around.deadLetter(this, message, reason);
  }

  #dropFirst(reason: DeadReason): void {
    const entry = this.#take();
    if (entry) this.discard(entry, reason);
  }

  #isFull(more: number): boolean {
    return exceedsLimits(this.settings, this.#ready.count + more, this.#ready.bytes + more);
  }

  #dropHead(): void {
    while (this.#ready.count > 0 && this.#isFull(0)) {
      if (!this.#ready.peek()) {
        this.#around.store.commits.afterCommit(() => this.#dropHead());
        return;
      }
      this.#dropFirst('maxlen');
    }
  }

  #expiryOf(message: Message): number {
    const limit = Math.min(this.settings.messageTtl ?? Infinity, message.timeToLive ?? Infinity);
    return message.publishedAt + limit;
  }

  /** Takes out what has waited too long at the head; false when there was so much that the rest has to wait. */
  #dropExpired(): boolean {
    for (let dropped = 0; dropped < EXPIRY_CHUNK; dropped++) {
      const first = this.#ready.peek();
      if (!first || first.expiresAt > this.#around.now()) return true;
      this.#dropFirst('expired');
    }
    setImmediate(() => this.dispatch());
    return false;
  }

  #watchExpiry(): void {
    this.#expiry.clear();
    if (this.#gone || this.#ready.count === 0) return;
    const expiresAt = this.#ready.peek()?.expiresAt;
    if (expiresAt === undefined || expiresAt === Infinity) return;
    this.#expiry.setIn(expiresAt - this.#around.now());
  }

  #watchIdle(): void {
    this.#idle.clear();
    const { expires } = this.settings;
    if (expires === undefined || this.#gone || this.consumers.all.length > 0) return;
    this.#idleUntil = this.#around.now() + expires;
    this.#idle.setIn(expires);
  }

  #endIdle(): void {
    const left = this.#idleUntil - this.#around.now();
    if (left > 0) this.#idle.setIn(left);
    else this.#around.unused(this);
  }
}
