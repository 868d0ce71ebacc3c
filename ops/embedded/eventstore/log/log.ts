import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Compaction } from './compaction.ts';
import { LogRecord, MIN_RECORD } from './record.ts';
import { SEGMENT_HEAD, SegmentFile, segmentBase } from './segment.ts';

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
  readonly #dir: string;
  readonly #segmentSize: number;
  readonly #segments: SegmentFile[];
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH);
  #end: number;
  #committed: number;
  #rollRequested = false;

  private constructor(dir: string, segments: SegmentFile[], end: number, segmentSize: number) {
    this.#dir = dir;
    this.#segments = segments;
    this.#end = end;
    this.#committed = end;
    this.#segmentSize = segmentSize;
  }

  static async open(dir: string, options: LogOptions = {}): Promise<EventLog> {
    await mkdir(dir, { recursive: true });
    for (const name of readdirSync(dir)) if (name.endsWith('.compacting')) unlinkSync(join(dir, name));
    const bases = readdirSync(dir)
      .map(segmentBase)
      .filter((base) => base !== undefined)
      .sort((a, b) => a - b);
    const segments = bases.map((base) => new SegmentFile(dir, base));
    const last = segments.at(-1);
    const end = last === undefined ? 0 : Math.max(last.base + last.length, last.base + SEGMENT_HEAD);
    const log = new EventLog(dir, segments, end, options.segmentSize ?? 128 * 1024 * 1024);
    if (last === undefined) log.#startSegment(0);
    else if (last.length < SEGMENT_HEAD) log.#restartLastSegment();
    return log;
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
    return (this.#segments[0]?.base ?? 0) + SEGMENT_HEAD;
  }

  /** Where the first record of the last segment is, or will be. */
  get lastSegmentStart(): number {
    return this.#last.base + SEGMENT_HEAD;
  }

  get segments(): readonly SegmentFile[] {
    return this.#segments;
  }

  /** Begins a new segment where the last one is full; positions that were asked for before are void then. */
  rollIfFull(): void {
    if (this.#rollRequested || this.#end - this.#last.base >= this.#segmentSize)
      this.#startSegment(this.#end);
    this.#rollRequested = false;
  }

  /** Writes at the end (not yet on disk: see {@link sync}). On an error nothing of it remains. */
  write(chunks: readonly Buffer[]): void {
    const segment = this.#last;
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
      fdatasync(this.#last.fd, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Cuts off everything from `position` on, and makes that durable. */
  truncate(position: number): void {
    const segment = this.#last;
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
    const index = this.#segmentIndex(position);
    const segment = this.#segments[index];
    const offset = segment?.offsetOf(position);
    if (segment === undefined || offset === undefined) return undefined;
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
    return this.#segments[this.#segmentIndex(position)]?.isCompacted ? position : undefined;
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
    const segment = this.#segments[this.#segmentIndex(at)] ?? this.#last;
    return { segment, offset: segment.firstOffsetFrom(at) };
  }

  /** Is this one of the log's files now? A scavenge replaces files. */
  has(segment: SegmentFile): boolean {
    return this.#segments[this.#segmentIndex(segment.base)] === segment;
  }

  segmentAfter(segment: SegmentFile): SegmentFile | undefined {
    return this.#segments[this.#segmentIndex(segment.base) + 1];
  }

  segmentBefore(segment: SegmentFile): SegmentFile | undefined {
    return this.#segments[this.#segmentIndex(segment.base) - 1];
  }

  /** The offset in a segment's file up to which there are records that may be read. */
  endOf(segment: SegmentFile): number {
    return segment === this.#last ? this.#committed - segment.base : segment.length;
  }

  /** Lets the next append begin a new segment, so that everything before it can be scavenged. */
  requestNewSegment(): void {
    this.#rollRequested = this.#end > this.lastSegmentStart;
  }

  /** Puts the compacted file in the place of a segment that is not the last one. */
  replace(segment: SegmentFile, compaction: Compaction): void {
    compaction.finish();
    this.#syncDir();
    this.#segments[this.#segmentIndex(segment.base)] = new SegmentFile(this.#dir, segment.base);
    segment.close();
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  get #last(): SegmentFile {
    const last = this.#segments.at(-1);
    if (last === undefined) throw new Error('The log has no segment.');
    return last;
  }

  /** The last segment whose base is at or before `position`. */
  #segmentIndex(position: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#segments[middle]?.base ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #startSegment(base: number): void {
    this.#segments.push(SegmentFile.create(this.#dir, base));
    this.#end = base + SEGMENT_HEAD;
    this.#syncDir();
  }

  /** A crash left the head of the newest segment unfinished. */
  #restartLastSegment(): void {
    const segment = this.#segments.pop();
    segment?.close();
    this.#startSegment(segment?.base ?? 0);
  }

  #syncDir(): void {
    const fd = openSync(this.#dir, 'r');
    fsyncSync(fd);
    closeSync(fd);
  }
}
