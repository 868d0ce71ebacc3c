import type { EventIndex } from '../index/event-index.ts';
import type { EventLog } from '../log/log.ts';
import type { LogRecord } from '../log/record.ts';
import type { RecentIds } from './recent-ids.ts';
import { WriteGroup, type WriteView } from './write-group.ts';

const MAX_GROUP_WORKS = 2048;
const MAX_GROUP_BYTES = 8 * 1024 * 1024;

type Work = {
  /** Runs once, synchronously; returns how to answer once the group is on disk. */
  readonly plan: (view: WriteView) => () => void;
  readonly reject: (error: Error) => void;
};

/** The disk refuses (nothing of the append was stored), or the log cannot be written any more. Reads go on. */
export class LogFailed extends Error {
  override readonly name = 'LogFailed';
}

/** What writing has cost since the start; sizes in bytes, times in milliseconds. */
export type WriteStatistics = {
  readonly groups: number;
  readonly bytes: number;
  readonly lastBytes: number;
  readonly maxBytes: number;
  readonly lastMs: number;
  readonly totalMs: number;
  readonly maxMs: number;
};

/**
 * The one writer of the log. Work that arrives while the disk is busy waits and becomes the next group: one write, one
 * `fdatasync`, one index transaction; only then is any of it answered.
 */
export class Writer {
  readonly #log: EventLog;
  readonly #index: EventIndex;
  readonly #ids: RecentIds;
  readonly #clock: () => number;
  readonly #committed: (records: readonly LogRecord[]) => void;
  #queue: Work[] = [];
  #running: Promise<void> | undefined;
  #failure: LogFailed | undefined;
  #closed = false;
  #statistics: WriteStatistics = {
    groups: 0,
    bytes: 0,
    lastBytes: 0,
    maxBytes: 0,
    lastMs: 0,
    totalMs: 0,
    maxMs: 0,
  };

  constructor(parts: {
    log: EventLog;
    index: EventIndex;
    ids: RecentIds;
    /** Milliseconds since 1970, with a fraction. */
    clock: () => number;
    /** Hears of every group after it is on disk, before its appends are answered. */
    committed: (records: readonly LogRecord[]) => void;
  }) {
    this.#log = parts.log;
    this.#index = parts.index;
    this.#ids = parts.ids;
    this.#clock = parts.clock;
    this.#committed = parts.committed;
  }

  /** Lets `work` decide and add events; resolves with what it returned when those are on disk. */
  submit<T>(work: (view: WriteView) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(new LogFailed('The node is shutting down.'));
        return;
      }
      this.#queue.push({
        plan: (view) => {
          const result = work(view);
          return () => resolve(result);
        },
        reject,
      });
      this.#running ??= this.#run();
    });
  }

  get statistics(): WriteStatistics {
    return this.#statistics;
  }

  /** How much work waits for the next group. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Finishes what was submitted and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#writeGroup();
    this.#running = undefined;
  }

  async #writeGroup(): Promise<void> {
    const group = this.#begin();
    const accepted: { work: Work; answer: () => void }[] = [];
    let taken = 0;
    for (const work of this.#queue) {
      if (taken === MAX_GROUP_WORKS || (group instanceof WriteGroup && group.bytes > MAX_GROUP_BYTES)) break;
      taken += 1;
      if (group instanceof Error) {
        work.reject(group);
        continue;
      }
      try {
        accepted.push({ work, answer: work.plan(group) });
      } catch (error) {
        work.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#queue = this.#queue.slice(taken);
    if (group instanceof Error) return;
    try {
      if (group.records.length > 0) await this.#store(group);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new LogFailed(`The events could not be stored: ${reason}`, { cause });
      for (const { work } of accepted) work.reject(error);
      return;
    }
    for (const { answer } of accepted) answer();
  }

  #begin(): WriteGroup | Error {
    if (this.#failure !== undefined) return this.#failure;
    try {
      this.#log.rollIfFull();
      return new WriteGroup(this.#log, this.#index, this.#ids, this.#clock());
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #store(group: WriteGroup): Promise<void> {
    const start = this.#log.end;
    const startedAt = performance.now();
    try {
      this.#log.write(group.records.map((record) => record.bytes));
      await this.#log.sync();
      this.#index.follow(group.records, this.#log.end);
    } catch (error) {
      this.#undo(start);
      throw error;
    }
    this.#log.commit();
    this.#count(group.bytes, performance.now() - startedAt);
    for (const record of group.records) this.#ids.add(record.id, record.stream, record.revision);
    this.#committed(group.records);
  }

  #count(bytes: number, milliseconds: number): void {
    const { groups, bytes: all, maxBytes, totalMs, maxMs } = this.#statistics;
    this.#statistics = {
      groups: groups + 1,
      bytes: all + bytes,
      lastBytes: bytes,
      maxBytes: Math.max(maxBytes, bytes),
      lastMs: milliseconds,
      totalMs: totalMs + milliseconds,
      maxMs: Math.max(maxMs, milliseconds),
    };
  }

  /** Nothing of the group was answered, so that it can be cut off; where that fails too, writing ends until a restart. */
  #undo(start: number): void {
    try {
      this.#log.truncate(start);
    } catch (error) {
      this.#failure = new LogFailed(
        'The event log cannot be written: after an error it could not be put back to its last good state. Free the disk and restart the node.',
        { cause: error },
      );
    }
  }
}
