import type { EventLog } from './log.ts';
import { LogRecord, MIN_RECORD } from './record.ts';
import { SEGMENT_HEAD } from './segment.ts';

const CHUNK = 256 * 1024;

/**
 * Reads the log forwards, record after record, from the first one at or after a position up to the end that the log has while
 * it reads. Records share the large buffer that they were read with: keep `detached()` ones.
 */
export class ForwardScan {
  readonly #log: EventLog;
  #segmentIndex: number;
  /** Offset in the segment's file of the next record. */
  #offset: number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkOffset = 0;

  constructor(log: EventLog, from: number) {
    this.#log = log;
    const start = log.locate(from);
    this.#segmentIndex = start.segmentIndex;
    this.#offset = start.offset;
  }

  get inLastSegment(): boolean {
    return this.#segmentIndex >= this.#log.segments.length - 1;
  }

  /** The file that is read. */
  get path(): string {
    return this.#log.segments[this.#segmentIndex]?.path ?? '';
  }

  /** The next record; undefined at the end (ask again when more was appended) and at what is not a record. */
  next(): LogRecord | undefined {
    for (;;) {
      const bytes = this.#take();
      if (bytes !== undefined) {
        this.#offset += bytes.length;
        return new LogRecord(bytes);
      }
      if (this.inLastSegment || !this.#atSegmentEnd()) return undefined;
      this.#segmentIndex += 1;
      this.#offset = SEGMENT_HEAD;
      this.#chunk = Buffer.alloc(0);
      this.#chunkOffset = 0;
    }
  }

  #atSegmentEnd(): boolean {
    const segment = this.#log.segments[this.#segmentIndex];
    return segment === undefined || this.#offset >= segment.length;
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
    const limit = this.#limit() - this.#offset;
    if (limit < MIN_RECORD) return false;
    this.#chunk = this.#log.readChunk(this.#segmentIndex, this.#offset, Math.min(length, limit));
    this.#chunkOffset = this.#offset;
    return this.#chunk.length >= MIN_RECORD;
  }

  /** The offset in the segment's file up to which there are records. */
  #limit(): number {
    const segment = this.#log.segments[this.#segmentIndex];
    if (segment === undefined) return 0;
    return this.inLastSegment ? this.#log.committed - segment.base : segment.length;
  }
}

/** Reads the log backwards, from the last record before a position down to the first one. */
export class BackwardScan {
  readonly #log: EventLog;
  #segmentIndex: number;
  /** Offset in the segment's file after the next record (which ends here). */
  #offset: number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkOffset = 0;

  constructor(log: EventLog, before: number) {
    this.#log = log;
    const start = log.locate(Math.min(before, log.committed));
    this.#segmentIndex = start.segmentIndex;
    this.#offset = start.offset;
  }

  next(): LogRecord | undefined {
    while (this.#offset <= SEGMENT_HEAD) {
      if (this.#segmentIndex === 0) return undefined;
      this.#segmentIndex -= 1;
      this.#offset = this.#log.segments[this.#segmentIndex]?.length ?? 0;
      this.#chunk = Buffer.alloc(0);
    }
    if (this.#offset - 4 < this.#chunkOffset || this.#chunk.length === 0) this.#load(CHUNK);
    const end = this.#offset - this.#chunkOffset;
    const size = this.#chunk.readUInt32LE(end - 4);
    if (size < MIN_RECORD || size > this.#offset) return undefined;
    if (size > end) {
      this.#load(Math.max(CHUNK, size));
      return this.next();
    }
    this.#offset -= size;
    return new LogRecord(this.#chunk.subarray(end - size, end));
  }

  #load(length: number): void {
    const start = Math.max(0, this.#offset - length);
    this.#chunk = this.#log.readChunk(this.#segmentIndex, start, this.#offset - start);
    this.#chunkOffset = start;
  }
}
