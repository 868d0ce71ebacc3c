import { type Database, open, type RootDatabase } from 'lmdb';
import type { Entry } from '../queue/entry.ts';
import { type Message, readMessage } from '../queue/message.ts';
import { Commits } from './commits.ts';
import {
  type BindingDefinition,
  bindingKey,
  type ExchangeDefinition,
  type QueueDefinition,
} from './definitions.ts';
import { decodeKey, encodeKey, lowestKey, type MessageKey } from './message-key.ts';

/** How many messages one turn of a long removal takes. */
const REMOVAL_CHUNK = 2_000;
/** How many keys one turn of a recovery takes. */
const RECOVERY_CHUNK = 10_000;

/** What a queue finds of its own messages when the broker starts. */
export type Recovered = {
  readonly count: number;
  readonly bytes: number;
  readonly first: number;
  /** The place after the last one ever used. */
  readonly next: number;
  /** Places below this one were handed to someone before. */
  readonly deliveredBelow: number;
};

/**
 * Everything that the broker has on disk: definitions, and the messages of all queues. Messages of queues that do
 * not survive a restart are kept too, so that no backlog has to fit into memory; they go when the broker starts.
 */
export class Store {
  readonly commits: Commits;
  readonly #env: RootDatabase<unknown, string>;
  readonly #exchanges: Database<ExchangeDefinition, string>;
  readonly #queues: Database<QueueDefinition, string>;
  readonly #bindings: Database<BindingDefinition, string>;
  readonly #delivered: Database<number, number>;
  readonly #messages: Database<Buffer, Buffer>;
  #lastQueueId: number;

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#env = open<unknown, string>({ path, maxDbs: 8 });
    this.#exchanges = this.#env.openDB('exchanges', {});
    this.#queues = this.#env.openDB('queues', {});
    this.#bindings = this.#env.openDB('bindings', {});
    this.#delivered = this.#env.openDB('delivered', { keyEncoding: 'uint32' });
    this.#messages = this.#env.openDB('messages', { keyEncoding: 'binary', encoding: 'binary' });
    const last = this.#env.get('lastQueueId');
    this.#lastQueueId = typeof last === 'number' ? last : 0;
    this.commits = new Commits(() => this.#env.flushed, onFailure);
  }

  /** Resolves when all that was written so far is on disk. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      this.commits.afterFlush(resolve);
    });
  }

  async close(): Promise<void> {
    await this.#env.flushed;
    await this.#env.close();
  }

  exchanges(): ExchangeDefinition[] {
    return [...this.#exchanges.getRange().map(({ value }) => value)];
  }

  queues(): QueueDefinition[] {
    return [...this.#queues.getRange().map(({ value }) => value)];
  }

  bindings(): BindingDefinition[] {
    return [...this.#bindings.getRange().map(({ value }) => value)];
  }

  saveExchange(exchange: ExchangeDefinition): void {
    this.commits.wrote(this.#exchanges.put(exchange.name, exchange), 200);
  }

  removeExchange(name: string): void {
    this.commits.wrote(this.#exchanges.remove(name), 200);
  }

  newQueueId(): number {
    this.#lastQueueId++;
    this.commits.wrote(this.#env.put('lastQueueId', this.#lastQueueId), 20);
    return this.#lastQueueId;
  }

  saveQueue(queue: QueueDefinition): void {
    this.commits.wrote(this.#queues.put(queue.name, queue), 200);
  }

  removeQueue(queue: QueueDefinition): void {
    this.commits.wrote(this.#queues.remove(queue.name), 200);
    this.commits.wrote(this.#delivered.remove(queue.id), 20);
  }

  saveBinding(binding: BindingDefinition): void {
    this.commits.wrote(this.#bindings.put(bindingKey(binding), binding), 200);
  }

  removeBinding(binding: BindingDefinition): void {
    this.commits.wrote(this.#bindings.remove(bindingKey(binding)), 200);
  }

  putMessage(queueId: number, entry: Entry, record: Buffer): void {
    this.commits.wrote(this.#messages.put(encodeKey({ ...entry, queueId }), record), record.length + 64);
  }

  removeMessage(queueId: number, entry: Entry): void {
    this.commits.wrote(this.#messages.remove(encodeKey({ ...entry, queueId })), 64);
  }

  /** The content of one message; undefined while it is not committed. */
  message(queueId: number, entry: Entry): Message | undefined {
    const record = this.#messages.get(encodeKey({ ...entry, queueId }));
    return record === undefined ? undefined : readMessage(record);
  }

  /** Committed messages of a queue from a place on, in order, until `more` says that it is enough. */
  readFrom(queueId: number, seq: number, take: (key: MessageKey, message: Message) => boolean): void {
    const range = this.#messages.getRange({ start: lowestKey(queueId, seq), end: lowestKey(queueId + 1, 0) });
    for (const { key, value } of range) if (!take(decodeKey(key), readMessage(value))) return;
  }

  /** Notes that places below `seq` were handed to someone. */
  setDeliveredBelow(queueId: number, seq: number): void {
    this.commits.wrote(this.#delivered.put(queueId, seq), 20);
  }

  /** Removes the messages of a queue whose place is in [from, to), a piece at a time; resolves when that is on disk. */
  async removeRange(queueId: number, from: number, to: number): Promise<void> {
    await new Promise<void>((resolve) => this.commits.afterCommit(resolve));
    for (;;) {
      let found = 0;
      const range = this.#messages.getKeys({
        start: lowestKey(queueId, from),
        end: lowestKey(queueId, to),
        limit: REMOVAL_CHUNK,
      });
      for (const key of range) {
        found++;
        this.commits.wrote(this.#messages.remove(key), 64);
      }
      await this.flushed();
      if (found < REMOVAL_CHUNK) return;
    }
  }

  /**
   * Counts what each of these queues still has, and removes every message that belongs to none of them or that was
   * not to survive a restart.
   */
  async recover(queueIds: ReadonlySet<number>): Promise<ReadonlyMap<number, Recovered>> {
    const found = new Map<number, { count: number; bytes: number; first: number; next: number }>();
    let after = Buffer.alloc(0);
    for (;;) {
      const keys = [...this.#messages.getKeys({ start: after, limit: RECOVERY_CHUNK })];
      for (const bytes of keys) {
        const key = decodeKey(bytes);
        if (!key.kept || !queueIds.has(key.queueId)) {
          this.commits.wrote(this.#messages.remove(bytes), 64);
          continue;
        }
        const sum = found.get(key.queueId) ?? { count: 0, bytes: 0, first: key.seq, next: 0 };
        sum.count++;
        sum.bytes += key.size;
        sum.next = key.seq + 1;
        found.set(key.queueId, sum);
      }
      const last = keys.at(-1);
      if (!last || keys.length < RECOVERY_CHUNK) break;
      after = Buffer.concat([last, Buffer.alloc(1)]);
      await this.flushed();
    }
    await this.flushed();
    return new Map(
      [...queueIds].map((id) => {
        const deliveredBelow = this.#delivered.get(id) ?? 0;
        const { count = 0, bytes = 0, first, next = 0 } = found.get(id) ?? {};
        const end = Math.max(next, deliveredBelow);
        return [id, { count, bytes, first: first ?? end, next: end, deliveredBelow }];
      }),
    );
  }
}
