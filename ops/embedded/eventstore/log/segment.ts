import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes at the start of every segment, before its first record. */
export const SEGMENT_HEAD = 64;
const MAGIC = 'deskstream event log segment 1\n';

/**
 * One file of the log. It holds the records whose positions lie from `base` up to the base of the next segment; a record lies at
 * the offset `position - base`, until a scavenge has moved it (see {@link SegmentFile.offsetOf}).
 */
export class SegmentFile {
  readonly base: number;
  readonly path: string;
  #fd: number | undefined;

  constructor(dir: string, base: number) {
    this.base = base;
    this.path = join(dir, segmentName(base));
  }

  static create(dir: string, base: number): SegmentFile {
    const segment = new SegmentFile(dir, base);
    const head = Buffer.alloc(SEGMENT_HEAD);
    head.write(MAGIC, 'latin1');
    const fd = openSync(segment.path, 'w+');
    writeSync(fd, head, 0, head.length, 0);
    fdatasyncSync(fd);
    segment.#fd = fd;
    return segment;
  }

  /** The descriptor, opened when it is first needed. */
  get fd(): number {
    if (this.#fd === undefined) {
      this.#fd = openSync(this.path, 'r+');
      const head = Buffer.alloc(MAGIC.length);
      readSync(this.#fd, head, 0, head.length, 0);
      if (head.toString('latin1') !== MAGIC) {
        throw new Error(`${this.path} is not a segment of an event log, or a newer version wrote it.`);
      }
    }
    return this.#fd;
  }

  get length(): number {
    return fstatSync(this.fd).size;
  }

  /** Where in the file the record at `position` begins. */
  offsetOf(position: number): number | undefined {
    return position - this.base;
  }

  /** Where in the file the first record at or after `position` begins. */
  firstOffsetFrom(position: number): number {
    return Math.max(position - this.base, SEGMENT_HEAD);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

export function segmentName(base: number): string {
  return `${String(base).padStart(16, '0')}.log`;
}

/** The base in a segment's file name; undefined for other files. */
export function segmentBase(fileName: string): number | undefined {
  return /^\d{16}\.log$/.test(fileName) ? Number.parseInt(fileName, 10) : undefined;
}
