import { setImmediate as nextTurn } from 'node:timers/promises';
import { Long } from 'bson';
import { CommandError } from '../errors.ts';

/** Documents in the first batch when the client does not say. */
export const FIRST_BATCH = 101;
/** Longest time, in milliseconds, that a read keeps the event loop to itself. */
const TURN_MS = 12;
/** Most cursors that may be open at a time. */
const MAX_CURSORS = 10_000;
/** Bytes after which a batch is full, whatever its size in documents. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** Documents still to be read: chunks that may be empty, between which the reader may pause. */
export type Source = Iterator<Buffer[], unknown>;

export type CursorOptions = {
  readonly namespace: string;
  readonly noTimeout: boolean;
  readonly session: string | undefined;
};

/** The result of a query, read batch by batch. */
export class ResultCursor {
  readonly id: Long;
  readonly options: CursorOptions;
  lastUsed = 0;
  private readonly source: Source;
  private waiting: Buffer[] = [];
  private ended = false;

  constructor(id: Long, source: Source, options: CursorOptions) {
    this.id = id;
    this.source = source;
    this.options = options;
  }

  get exhausted(): boolean {
    return this.ended && this.waiting.length === 0;
  }

  /**
   * Reads the next batch, giving way to other work now and then.
   *
   * @param size most documents in it; `Infinity` for as many as fit
   * @param deadline time (as `Date.now()` tells it) after which the read gives up with MaxTimeMSExpired
   */
  async next(size: number, deadline: number): Promise<Buffer[]> {
    const batch: Buffer[] = [];
    let bytes = 0;
    let turn = Date.now();
    for (;;) {
      for (const [i, document] of this.waiting.entries()) {
        const full = batch.length >= size || (batch.length > 0 && bytes + document.length > MAX_BATCH_BYTES);
        if (full) {
          this.waiting = this.waiting.slice(i);
          return batch;
        }
        batch.push(document);
        bytes += document.length;
      }
      this.waiting = [];
      if (this.ended) return batch;
      const now = Date.now();
      if (now > deadline) throw new CommandError(50, 'operation exceeded time limit');
      if (now - turn > TURN_MS) {
        await nextTurn();
        turn = Date.now();
      }
      const { done, value } = this.source.next();
      if (done) this.ended = true;
      else this.waiting = value;
    }
  }

  close(): void {
    this.ended = true;
    this.waiting = [];
    this.source.return?.();
  }
}

/** The cursors that clients hold open. */
export class Cursors {
  private readonly open = new Map<string, ResultCursor>();
  private readonly timeoutMs: number;
  private readonly now: () => number;
  private nextId: number;

  constructor(timeoutMs: number, now: () => number) {
    this.timeoutMs = timeoutMs;
    this.now = now;
    this.nextId = now();
  }

  get size(): number {
    return this.open.size;
  }

  create(source: Source, options: CursorOptions): ResultCursor {
    this.nextId += 1;
    return new ResultCursor(Long.fromNumber(this.nextId), source, options);
  }

  /** Keeps a cursor for the client to come back to. */
  keep(cursor: ResultCursor): void {
    if (!this.open.has(cursor.id.toString()) && this.open.size >= MAX_CURSORS) {
      cursor.close();
      throw new CommandError(1, `There are ${MAX_CURSORS} open cursors; close some first.`);
    }
    cursor.lastUsed = this.now();
    this.open.set(cursor.id.toString(), cursor);
  }

  find(id: Long): ResultCursor {
    const cursor = this.open.get(id.toString());
    if (!cursor) throw new CommandError(43, `cursor id ${id.toString()} not found`);
    return cursor;
  }

  /** @returns whether there was such a cursor */
  kill(id: Long): boolean {
    const cursor = this.open.get(id.toString());
    cursor?.close();
    return this.open.delete(id.toString());
  }

  killWhere(goes: (options: CursorOptions) => boolean): void {
    for (const cursor of this.open.values()) if (goes(cursor.options)) this.kill(cursor.id);
  }

  /** Closes the cursors that nobody has asked for anything for too long. */
  expire(): void {
    const oldest = this.now() - this.timeoutMs;
    for (const cursor of this.open.values()) {
      if (!cursor.options.noTimeout && cursor.lastUsed < oldest) this.kill(cursor.id);
    }
  }
}
