import type { QueueDefinition } from '../store/definitions.ts';
import type { Entry } from '../store/entry.ts';
import type { Message } from '../store/message.ts';
import type { Recovered, Store } from '../store/store.ts';
import { storedBacklog } from './backlog.ts';
import { type ContentBudget, ReadyList } from './ready.ts';

/** A message that was taken from those that wait, with its content. */
export type Held = { readonly entry: Entry; readonly message: Message };

/** The messages of one queue: those that wait, how many someone has, and what the disk says of both. */
export class Contents {
  readonly #definition: QueueDefinition;
  readonly #store: Store;
  readonly #ready: ReadyList;
  #nextSeq: number;
  #deliveredBelow: number;
  #taken = 0;
  #takenBytes = 0;
  #ended = false;

  constructor(
    definition: QueueDefinition,
    around: { readonly store: Store; readonly budget: ContentBudget },
    found: Recovered,
    expiryOf: (message: Message) => number,
  ) {
    this.#definition = definition;
    this.#store = around.store;
    this.#nextSeq = found.next;
    this.#deliveredBelow = found.deliveredBelow;
    const backlog = storedBacklog(around.store, definition.id, found.deliveredBelow, expiryOf);
    this.#ready = new ReadyList(backlog, around.budget, found);
  }

  /** Messages that nobody has. */
  get ready(): number {
    return this.#ready.count;
  }

  get readyBytes(): number {
    return this.#ready.bytes;
  }

  /** Messages that someone has and has not settled. */
  get taken(): number {
    return this.#taken;
  }

  get bytes(): number {
    return this.#ready.bytes + this.#takenBytes;
  }

  /** Puts a message behind all others; it is written, but not yet on disk. */
  add(message: Message, expiresAt: number): Entry {
    const entry: Entry = {
      seq: this.#nextSeq++,
      kept: message.persistent && this.#definition.durable,
      size: message.record.length,
      expiresAt,
      redelivered: false,
      returns: 0,
      content: message,
    };
    this.#store.putMessage(this.#definition.id, entry, message.record);
    this.#ready.append(entry);
    return entry;
  }

  /** The first that waits, with its content; undefined when there is none, or none that is committed (see `ready`). */
  peek(): Entry | undefined {
    return this.#ready.peek();
  }

  /** Takes the first that waits, for someone to have; undefined as for `peek`. */
  take(): Held | undefined {
    const entry = this.#ready.shift();
    if (!entry?.content) return undefined;
    this.#taken++;
    this.#takenBytes += entry.size;
    return { entry, message: entry.content };
  }

  /** What someone had waits again, in its old place. */
  putBack(entry: Entry): void {
    if (this.#ended) return;
    this.#taken--;
    this.#takenBytes -= entry.size;
    this.#ready.putBack(entry);
  }

  /** What someone had is done with. */
  remove(entry: Entry): void {
    if (this.#ended) return;
    this.#taken--;
    this.#takenBytes -= entry.size;
    this.#store.removeMessage(this.#definition.id, entry);
  }

  /** The content of what someone has, read again where it is not held in memory. */
  contentOf(entry: Entry): Message | undefined {
    return entry.content ?? this.#store.message(this.#definition.id, entry);
  }

  /** Notes that all up to this place were handed to someone, so that they come back marked after a crash. */
  noteDelivered(seq: number): void {
    if (!this.#definition.durable || seq < this.#deliveredBelow) return;
    this.#deliveredBelow = seq + 1;
    this.#store.setDeliveredBelow(this.#definition.id, this.#deliveredBelow);
  }

  /** Runs `callback` once what was written so far is committed. */
  afterCommit(callback: () => void): void {
    this.#store.commits.afterCommit(callback);
  }

  /** Removes what nobody has; resolves with how many, once that is on disk. */
  async purge(): Promise<number> {
    const count = this.#ready.count;
    const { entries, from, to } = this.#ready.clear();
    for (const entry of entries) this.#store.removeMessage(this.#definition.id, entry);
    await this.#store.removeRange(this.#definition.id, from, to);
    return count;
  }

  /** Forgets everything, with the queue. Its removal from the disk goes on afterwards. */
  end(): { readonly count: number; readonly removed: Promise<void> } {
    const count = this.#ready.count;
    this.#ended = true;
    this.#ready.clear();
    return { count, removed: this.#store.removeRange(this.#definition.id, 0, 2 ** 48 - 1) };
  }

  /** A look at the first messages that nobody has. */
  look(limit: number): readonly Entry[] {
    return this.#ready.look(limit);
  }
}
