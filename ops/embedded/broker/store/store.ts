import { open, type RootDatabase } from 'lmdb';
import { LmdbFile } from '../../shared/lmdb-file.ts';
import { Commits } from './commits.ts';
import {
  type BindingDefinition,
  bindingKey,
  type ExchangeDefinition,
  type QueueDefinition,
} from './definitions.ts';
import type { Entry } from './entry.ts';
import { type Message, readMessage } from './message.ts';
import { decodeKey, encodeKey, lowestKey, type MessageKey } from './message-key.ts';
import { copyTables, LAST_QUEUE_ID, openTables, type Tables } from './tables.ts';

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

type File = LmdbFile<RootDatabase<unknown, string>, Tables>;

/**
 * Everything that the broker has on disk: definitions, and the messages of all queues. Messages of queues that do
 * not survive a restart are kept too, so that no backlog has to fit into memory; they go when the broker starts.
 */
export class Store {
  readonly commits: Commits;
  readonly #file: File;
  #lastQueueId: number;
  /** Writes that wait for the file to be written anew; those that come meanwhile go behind them. */
  #waiting = 0;

  private constructor(file: File, onFailure: (error: unknown) => void) {
    this.#file = file;
    const last = file.tables.root.get(LAST_QUEUE_ID);
    this.#lastQueueId = typeof last === 'number' ? last : 0;
    this.commits = new Commits(async () => {
      while (file.compacting !== undefined) await file.compacting;
      await file.root.flushed;
    }, onFailure);
  }

  static async open(dir: string, onFailure: (error: unknown) => void): Promise<Store> {
    const file = await LmdbFile.open({
      dir,
      name: 'broker.mdb',
      openRoot: (path) => open<unknown, string>({ path, maxDbs: 8 }),
      openTables,
      copy: copyTables,
    });
    return new Store(file, onFailure);
  }

  /** Writes the file anew, without a trace of what was removed; what is written meanwhile is committed afterwards. */
  compact(): Promise<void> {
    return this.#file.compact();
  }

  /** Resolves when all that was written so far is on disk. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      this.commits.afterFlush(resolve);
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  exchanges(): ExchangeDefinition[] {
    return [...this.#file.tables.exchanges.getRange().map(({ value }) => value)];
  }

  queues(): QueueDefinition[] {
    return [...this.#file.tables.queues.getRange().map(({ value }) => value)];
  }

  bindings(): BindingDefinition[] {
    return [...this.#file.tables.bindings.getRange().map(({ value }) => value)];
  }

  saveExchange(exchange: ExchangeDefinition): void {
    this.#write(200, ({ exchanges }) => exchanges.put(exchange.name, exchange));
  }

  removeExchange(name: string): void {
    this.#write(200, ({ exchanges }) => exchanges.remove(name));
  }

  newQueueId(): number {
    this.#lastQueueId++;
    const id = this.#lastQueueId;
    this.#write(20, ({ root }) => root.put(LAST_QUEUE_ID, id));
    return id;
  }

  saveQueue(queue: QueueDefinition): void {
    this.#write(200, ({ queues }) => queues.put(queue.name, queue));
  }

  removeQueue(queue: QueueDefinition): void {
    this.#write(200, ({ queues }) => queues.remove(queue.name));
    this.#write(20, ({ delivered }) => delivered.remove(queue.id));
  }

  saveBinding(binding: BindingDefinition): void {
    this.#write(200, ({ bindings }) => bindings.put(bindingKey(binding), binding));
  }

  removeBinding(binding: BindingDefinition): void {
    this.#write(200, ({ bindings }) => bindings.remove(bindingKey(binding)));
  }

  putMessage(queueId: number, entry: Entry, record: Buffer): void {
    this.#write(record.length + 64, ({ messages }) => messages.put(encodeKey({ ...entry, queueId }), record));
  }

  removeMessage(queueId: number, entry: Entry): void {
    this.#write(64, ({ messages }) => messages.remove(encodeKey({ ...entry, queueId })));
  }

  /** The content of one message; undefined while it is not committed. */
  message(queueId: number, entry: Entry): Message | undefined {
    const record = this.#file.tables.messages.get(encodeKey({ ...entry, queueId }));
    return record === undefined ? undefined : readMessage(record);
  }

  /** Committed messages of a queue from a place on, in order, until `more` says that it is enough. */
  readFrom(queueId: number, seq: number, take: (key: MessageKey, message: Message) => boolean): void {
    const range = this.#file.tables.messages.getRange({
      start: lowestKey(queueId, seq),
      end: lowestKey(queueId + 1, 0),
    });
    for (const { key, value } of range) if (!take(decodeKey(key), readMessage(value))) return;
  }

  /** Notes that places below `seq` were handed to someone. */
  setDeliveredBelow(queueId: number, seq: number): void {
    this.#write(20, ({ delivered }) => delivered.put(queueId, seq));
  }

  /** Removes the messages of a queue whose place is in [from, to), a piece at a time; resolves when that is on disk. */
  async removeRange(queueId: number, from: number, to: number): Promise<void> {
    await new Promise<void>((resolve) => this.commits.afterCommit(resolve));
    for (;;) {
      let found = 0;
      const range = this.#file.tables.messages.getKeys({
        start: lowestKey(queueId, from),
        end: lowestKey(queueId, to),
        limit: REMOVAL_CHUNK,
      });
      for (const key of range) {
        found++;
        this.#write(64, ({ messages }) => messages.remove(key));
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
      const keys = [...this.#file.tables.messages.getKeys({ start: after, limit: RECOVERY_CHUNK })];
      for (const bytes of keys) {
        const key = decodeKey(bytes);
        if (!key.kept || !queueIds.has(key.queueId)) {
          this.#write(64, ({ messages }) => messages.remove(bytes));
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
        const deliveredBelow = this.#file.tables.delivered.get(id) ?? 0;
        const { count = 0, bytes = 0, first, next = 0 } = found.get(id) ?? {};
        const end = Math.max(next, deliveredBelow);
        return [id, { count, bytes, first: first ?? end, next: end, deliveredBelow }];
      }),
    );
  }

  /** Has something written; while the file is written anew, after that. */
  #write(bytes: number, put: (tables: Tables) => Promise<unknown>): void {
    const { compacting } = this.#file;
    const isInTurn = compacting === undefined && this.#waiting === 0;
    this.commits.wrote(isInTurn ? put(this.#file.tables) : this.#writeAfter(compacting, put), bytes);
  }

  async #writeAfter(
    compacting: Promise<void> | undefined,
    put: (tables: Tables) => Promise<unknown>,
  ): Promise<void> {
    this.#waiting += 1;
    await compacting;
    this.#waiting -= 1;
    await put(this.#file.tables);
  }
}
