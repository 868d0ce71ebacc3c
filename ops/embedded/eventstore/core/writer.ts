import { type EventIndex, metadataOwner } from '../index/event-index.ts';
import { applyMetadata } from '../index/metadata.ts';
import { entryAfter, NO_STREAM, type StreamEntry } from '../index/stream-entry.ts';
import type { EventLog } from '../log/log.ts';
import { encodeRecord, LogRecord, type ProposedEvent } from '../log/record.ts';
import { RecentIds } from './recent-ids.ts';

const MAX_GROUP_WORKS = 2048;
const MAX_GROUP_BYTES = 8 * 1024 * 1024;

/** What one piece of work sees and does while the next group of appends is put together. */
export type WriteView = {
  /** The stream as it will be after what is already in the group. */
  stream(name: string): StreamEntry | undefined;
  recentRevision(stream: string, id: Buffer): number | undefined;
  /** The event at this revision, as it was written. */
  event(stream: string, revision: number): LogRecord | undefined;
  /** Adds an event to the group and returns its position. */
  add(stream: string, revision: number, event: ProposedEvent, flags: number): number;
  /** The position that the next added event gets. */
  readonly position: number;
};

type Work = {
  /** Runs once, synchronously; returns how to answer once the group is on disk. */
  readonly plan: (view: WriteView) => () => void;
  readonly reject: (error: Error) => void;
};

/** The log cannot be written any more, after an error that left unclear what is on disk. Reads go on. */
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
      if (taken === MAX_GROUP_WORKS || (group instanceof Group && group.bytes > MAX_GROUP_BYTES)) break;
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
    } catch (error) {
      for (const { work } of accepted) work.reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const { answer } of accepted) answer();
  }

  #begin(): Group | Error {
    if (this.#failure !== undefined) return this.#failure;
    try {
      this.#log.rollIfFull();
      return new Group(this.#log, this.#index, this.#ids, this.#clock());
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #store(group: Group): Promise<void> {
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

/** The events that go to disk together, and what streams are like after them. */
class Group implements WriteView {
  readonly records: LogRecord[] = [];
  readonly #index: EventIndex;
  readonly #log: EventLog;
  readonly #ids: RecentIds;
  readonly #created: number;
  readonly #streams = new Map<string, StreamEntry>();
  readonly #added = new Map<string, LogRecord>();
  readonly #written = new RecentIds();
  readonly #start: number;
  bytes = 0;

  constructor(log: EventLog, index: EventIndex, ids: RecentIds, created: number) {
    this.#log = log;
    this.#index = index;
    this.#ids = ids;
    this.#created = created;
    this.#start = log.end;
  }

  get position(): number {
    return this.#start + this.bytes;
  }

  stream(name: string): StreamEntry | undefined {
    return this.#streams.get(name) ?? this.#index.stream(name);
  }

  recentRevision(stream: string, id: Buffer): number | undefined {
    const written = this.#written.find(id) ?? this.#ids.find(id);
    return written?.stream === stream ? written.revision : undefined;
  }

  event(stream: string, revision: number): LogRecord | undefined {
    const added = this.#added.get(`${revision}@${stream}`);
    if (added !== undefined) return added;
    const entry = this.#index.stream(stream);
    const position = entry && this.#index.position(entry.id, revision);
    return position === undefined ? undefined : this.#log.read(position);
  }

  add(stream: string, revision: number, event: ProposedEvent, flags: number): number {
    const position = this.position;
    const record = new LogRecord(
      encodeRecord(event, { position, stream, revision, created: this.#created, flags }),
    );
    this.records.push(record);
    this.bytes += record.size;
    this.#added.set(`${revision}@${stream}`, record);
    this.#written.add(event.id, stream, revision);
    this.#streams.set(stream, entryAfter(this.stream(stream) ?? { id: 0, ...NO_STREAM }, record));
    const owner = metadataOwner(stream);
    if (owner !== undefined) {
      this.#streams.set(owner, applyMetadata(this.stream(owner) ?? { id: 0, ...NO_STREAM }, record));
    }
    return position;
  }
}
