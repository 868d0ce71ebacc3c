import { fdatasync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { LogRecord, MIN_RECORD } from './record.ts';
import { SEGMENT_HEAD, type SegmentFile } from './segment.ts';
import { Segments } from './segments.ts';

const SCRATCH = 16 * 1024;

type LogOptions = {
  /** A new segment begins with the first append that finds the last one at least this long, in bytes. */
  readonly segmentSize?: number;
};

/**
 * The append-only log: segment files, one after the other in one space of positions.
 *
 * It writes, syncs and reads bytes; what records mean is not its business. Reads take the page cache's word for data (they are
 * synchronous: a hit costs microseconds), and look at checksums where it matters, at start.
 */
export class EventLog {
  /** The files; whoever reads on through them asks for the next one here. */
  readonly segments: Segments;
  readonly #segmentSize: number;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH);
  #end: number;
  #committed: number;
  #rollRequested = false;

  private constructor(segments: Segments, segmentSize: number) {
    const { base, length } = segments.last;
    this.segments = segments;
    this.#segmentSize = segmentSize;
    this.#end = base + Math.max(length, SEGMENT_HEAD);
    this.#committed = this.#end;
  }

  static async open(dir: string, options: LogOptions = {}): Promise<EventLog> {
    await mkdir(dir, { recursive: true });
    const segments = new Segments(dir);
    if (segments.isEmpty) segments.start(0);
    else if (segments.last.length < SEGMENT_HEAD) segments.restartLast();
    return new EventLog(segments, options.segmentSize ?? 128 * 1024 * 1024);
  }

  /** The position that the next record gets. */
  get end(): number {
    return this.#end;
  }

  /** Records before this position are on disk; only they are shown to readers. */
  get committed(): number {
    return this.#committed;
  }

  /** Shows everything that was written (and, since, synced) to readers. */
  commit(): void {
    this.#committed = this.#end;
  }

  get firstPosition(): number {
    return (this.segments.all[0]?.base ?? 0) + SEGMENT_HEAD;
  }

  /** Where the first record of the last segment is, or will be. */
  get lastSegmentStart(): number {
    return this.segments.last.base + SEGMENT_HEAD;
  }

  /** Begins a new segment where the last one is full; positions that were asked for before are void then. */
  rollIfFull(): void {
    if (this.#rollRequested || this.#end - this.segments.last.base >= this.#segmentSize) {
      this.segments.start(this.#end);
      this.#end += SEGMENT_HEAD;
    }
    this.#rollRequested = false;
  }

  /** Writes at the end (not yet on disk: see {@link sync}). On an error nothing of it remains. */
  write(chunks: readonly Buffer[]): void {
    const segment = this.segments.last;
    let offset = this.#end - segment.base;
    try {
      for (const chunk of chunks) {
        for (let done = 0; done < chunk.length; ) {
          done += writeSync(segment.fd, chunk, done, chunk.length - done, offset + done);
        }
        offset += chunk.length;
      }
    } catch (error) {
      ftruncateSync(segment.fd, this.#end - segment.base);
      throw error;
    }
    this.#end = segment.base + offset;
  }

  /** Resolves when everything written so far is on disk. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.segments.last.fd, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Cuts off everything from `position` on, and makes that durable. */
  truncate(position: number): void {
    const segment = this.segments.last;
    if (position < segment.base + SEGMENT_HEAD)
      throw new Error(`position ${position} is not in the last segment`);
    ftruncateSync(segment.fd, position - segment.base);
    fsyncSync(segment.fd);
    this.#end = position;
    this.#committed = Math.min(this.#committed, position);
  }

  /** The record that begins exactly at `position`, checksum verified; undefined where none does. */
  read(position: number): LogRecord | undefined {
    if (position < this.firstPosition || position + MIN_RECORD > this.#committed) return undefined;
    const segment = this.segments.at(position);
    const offset = segment.offsetOf(position);
    if (offset === undefined) return undefined;
    const got = readSync(segment.fd, this.#scratch, 0, SCRATCH, offset);
    if (got < MIN_RECORD) return undefined;
    const size = this.#scratch.readUInt32LE(0);
    if (size < MIN_RECORD || size > this.#committed - position) return undefined;
    const bytes = Buffer.allocUnsafe(size);
    const inScratch = Math.min(size, got);
    this.#scratch.copy(bytes, 0, 0, inScratch);
    if (
      size > inScratch &&
      readSync(segment.fd, bytes, inScratch, size - inScratch, offset + inScratch) < size - inScratch
    ) {
      return undefined;
    }
    return LogRecord.isIntact(bytes, position) ? new LogRecord(bytes) : undefined;
  }

  /** Does a record begin here? */
  isBoundary(position: number): boolean {
    return position === this.firstPosition || this.read(position) !== undefined;
  }

  /** Where to go on after a position that a reader has seen; undefined where no event can have been there. */
  after(position: number): number | undefined {
    if (position < this.firstPosition) return this.firstPosition;
    const record = this.read(position);
    if (record !== undefined) return record.position + record.size;
    return this.segments.at(position).isCompacted ? position : undefined;
  }

  /** Reads `length` bytes of a segment's file at `offset`; fewer at its end. */
  readChunk(segment: SegmentFile, offset: number, length: number): Buffer {
    const chunk = Buffer.allocUnsafeSlow(length);
    const got = readSync(segment.fd, chunk, 0, length, offset);
    return chunk.subarray(0, got);
  }

  /** Where to begin reading for the first record at or after `position`. */
  locate(position: number): { segment: SegmentFile; offset: number } {
    const at = Math.max(position, this.firstPosition);
    const segment = this.segments.at(at);
    return { segment, offset: segment.firstOffsetFrom(at) };
  }

  /** The offset in a segment's file up to which there are records that may be read. */
  endOf(segment: SegmentFile): number {
    return segment === this.segments.last ? this.#committed - segment.base : segment.length;
  }

  /** Lets the next append begin a new segment, so that everything before it can be scavenged. */
  requestNewSegment(): void {
    this.#rollRequested = this.#end > this.lastSegmentStart;
  }

  close(): void {
    this.segments.close();
  }
}
