import type { EventLog } from './log.ts';
import { LogRecord, MIN_RECORD } from './record.ts';
import { SEGMENT_HEAD, type SegmentFile } from './segment.ts';

const CHUNK = 256 * 1024;

/**
 * Reads the log forwards, record after record, from the first one at or after a position up to the end that the log has while
 * it reads. Records share the large buffer that they were read with: keep `detached()` ones.
 */
export class ForwardScan {
  readonly #log: EventLog;
  #segment: SegmentFile;
  /** Offset in the segment's file of the next record, and the position from which on it is looked for. */
  #offset: number;
  #next: number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkOffset = 0;

  constructor(log: EventLog, from: number) {
    this.#log = log;
    this.#next = from;
    const start = log.locate(from);
    this.#segment = start.segment;
    this.#offset = start.offset;
  }

  get inLastSegment(): boolean {
    return this.#log.segments.after(this.#segment) === undefined;
  }

  /** The file that is read. */
  get path(): string {
    return this.#segment.path;
  }

  /** The next record; undefined at the end (ask again when more was appended) and at what is not a record. */
  next(): LogRecord | undefined {
    for (;;) {
      const bytes = this.#take();
      if (bytes !== undefined) {
        const record = new LogRecord(bytes);
        this.#offset += bytes.length;
        this.#next = record.position + bytes.length;
        return record;
      }
      const after = this.#log.segments.after(this.#segment);
      if (after === undefined || this.#offset < this.#segment.length) return undefined;
      this.#moveTo(after, SEGMENT_HEAD);
    }
  }

  #take(): Buffer | undefined {
    let start = this.#offset - this.#chunkOffset;
    if (start + 4 > this.#chunk.length) {
      if (!this.#load(CHUNK)) return undefined;
      start = 0;
    }
    const size = this.#chunk.readUInt32LE(start);
    if (size < MIN_RECORD) return undefined;
    if (start + size > this.#chunk.length) {
      if (!this.#load(Math.max(CHUNK, size)) || size > this.#chunk.length) return undefined;
      start = 0;
    }
    return this.#chunk.subarray(start, start + size);
  }

  #load(length: number): boolean {
    // A scavenge may have put another file in the place of the one that was read.
    if (!this.#log.segments.has(this.#segment)) {
      const { segment, offset } = this.#log.locate(this.#next);
      this.#moveTo(segment, offset);
    }
    const limit = this.#log.endOf(this.#segment) - this.#offset;
    if (limit < MIN_RECORD) return false;
    this.#chunk = this.#log.readChunk(this.#segment, this.#offset, Math.min(length, limit));
    this.#chunkOffset = this.#offset;
    return this.#chunk.length >= MIN_RECORD;
  }

  #moveTo(segment: SegmentFile, offset: number): void {
    this.#segment = segment;
    this.#offset = offset;
    this.#chunk = Buffer.alloc(0);
    this.#chunkOffset = 0;
  }
}

/** Reads the log backwards, from the last record before a position down to the first one. */
export class BackwardScan {
  readonly #log: EventLog;
  #segment: SegmentFile;
  /** Offset in the segment's file after the next record (which ends here), and its position: all that is wanted is before it. */
  #offset: number;
  #before: number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkOffset = 0;

  constructor(log: EventLog, before: number) {
    this.#log = log;
    this.#before = Math.min(before, log.committed);
    const start = log.locate(this.#before);
    this.#segment = start.segment;
    this.#offset = start.offset;
  }

  next(): LogRecord | undefined {
    while (this.#offset <= SEGMENT_HEAD) {
      const before = this.#log.segments.before(this.#segment);
      if (before === undefined) return undefined;
      this.#segment = before;
      this.#offset = before.length;
      this.#chunk = Buffer.alloc(0);
    }
    if (this.#chunk.length === 0 || this.#offset - 4 < this.#chunkOffset) {
      if (this.#load(CHUNK)) return this.next();
    }
    const end = this.#offset - this.#chunkOffset;
    const size = this.#chunk.readUInt32LE(end - 4);
    if (size < MIN_RECORD || size > this.#offset) return undefined;
    if (size > end) {
      this.#load(Math.max(CHUNK, size));
      return this.next();
    }
    this.#offset -= size;
    const record = new LogRecord(this.#chunk.subarray(end - size, end));
    this.#before = record.position;
    return record;
  }

  /** True when a scavenge has put another file in the place of this one, and everything has to be looked at anew. */
  #load(length: number): boolean {
    if (!this.#log.segments.has(this.#segment)) {
      const { segment, offset } = this.#log.locate(this.#before);
      this.#segment = segment;
      this.#offset = offset;
      this.#chunk = Buffer.alloc(0);
      return true;
    }
    const start = Math.max(0, this.#offset - length);
    this.#chunk = this.#log.readChunk(this.#segment, start, this.#offset - start);
    this.#chunkOffset = start;
    return false;
  }
}
