import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes at the start of every segment, before its first record. */
export const SEGMENT_HEAD = 64;
const MAGIC = 'deskstream event log segment 1\n';
const DATA_END_AT = 40;
const RUNS_AT = 46;
const RUN_SIZE = 12;

/** Records that lie one after the other in a compacted segment, as they did before: where the first one is. */
export type Run = { readonly position: number; readonly offset: number };

/**
 * One file of the log. It holds the records whose positions lie from `base` up to the base of the next segment; a record lies at
 * the offset `position - base`. A scavenge makes a *compacted* file of it: the records that are left, closer together, and
 * after them a table of runs (position and offset, six bytes each) that finds them. The head then says where the records end and
 * how many runs there are.
 */
export class SegmentFile {
  readonly base: number;
  readonly path: string;
  #fd: number | undefined;
  #runs: readonly Run[] | undefined;
  #dataEnd = 0;

  constructor(dir: string, base: number) {
    this.base = base;
    this.path = join(dir, segmentName(base));
  }

  static create(dir: string, base: number): SegmentFile {
    const segment = new SegmentFile(dir, base);
    const fd = openSync(segment.path, 'w+');
    writeSync(fd, segmentHead(0, 0), 0, SEGMENT_HEAD, 0);
    fdatasyncSync(fd);
    segment.#fd = fd;
    return segment;
  }

  /** The descriptor, opened when it is first needed. */
  get fd(): number {
    this.#fd ??= this.#open();
    return this.#fd;
  }

  /** Where the records end. */
  get length(): number {
    const { fd } = this;
    return this.#runs === undefined ? fstatSync(fd).size : this.#dataEnd;
  }

  get isCompacted(): boolean {
    return this.fd >= 0 && this.#runs !== undefined;
  }

  /** Where in the file the record at `position` begins; undefined where a scavenge has removed it. */
  offsetOf(position: number): number | undefined {
    const run = this.#runOf(position);
    if (run === undefined) return position - this.base;
    const offset = run.start + (position - run.position);
    return position >= run.position && offset < run.end ? offset : undefined;
  }

  /** Where in the file the first record at or after `position` begins. */
  firstOffsetFrom(position: number): number {
    const run = this.#runOf(position);
    if (run === undefined) return Math.max(position - this.base, SEGMENT_HEAD);
    if (position <= run.position) return run.start;
    return Math.min(run.start + (position - run.position), run.end);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** The last run that begins at or before `position` (else the first one); undefined where the segment has none. */
  #runOf(position: number): { position: number; start: number; end: number } | undefined {
    if (!this.isCompacted) return undefined;
    const runs = this.#runs ?? [];
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((runs[middle]?.position ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    const run = runs[low];
    if (run === undefined) return { position: this.base, start: SEGMENT_HEAD, end: SEGMENT_HEAD };
    return { position: run.position, start: run.offset, end: runs[low + 1]?.offset ?? this.#dataEnd };
  }

  #open(): number {
    const fd = openSync(this.path, 'r+');
    const head = Buffer.alloc(SEGMENT_HEAD);
    const got = readSync(fd, head, 0, SEGMENT_HEAD, 0);
    // A crash may have come before the head was written; the log then begins this segment anew.
    if (got === SEGMENT_HEAD && head.toString('latin1', 0, MAGIC.length) !== MAGIC) {
      closeSync(fd);
      throw new Error(`${this.path} is not a segment of an event log, or a newer version wrote it.`);
    }
    this.#dataEnd = head.readUIntLE(DATA_END_AT, 6);
    if (this.#dataEnd > 0) this.#runs = readRuns(fd, this.#dataEnd, head.readUInt32LE(RUNS_AT));
    return fd;
  }
}

/** The head of a segment; of a compacted one, with the end of its records and the number of runs. */
export function segmentHead(dataEnd: number, runs: number): Buffer {
  const head = Buffer.alloc(SEGMENT_HEAD);
  head.write(MAGIC, 'latin1');
  head.writeUIntLE(dataEnd, DATA_END_AT, 6);
  head.writeUInt32LE(runs, RUNS_AT);
  return head;
}

export function encodeRuns(runs: readonly Run[]): Buffer {
  const table = Buffer.alloc(runs.length * RUN_SIZE);
  for (const [index, { position, offset }] of runs.entries()) {
    table.writeUIntLE(position, index * RUN_SIZE, 6);
    table.writeUIntLE(offset, index * RUN_SIZE + 6, 6);
  }
  return table;
}

function readRuns(fd: number, at: number, count: number): Run[] {
  const table = Buffer.alloc(count * RUN_SIZE);
  readSync(fd, table, 0, table.length, at);
  return Array.from({ length: count }, (_, index) => ({
    position: table.readUIntLE(index * RUN_SIZE, 6),
    offset: table.readUIntLE(index * RUN_SIZE + 6, 6),
  }));
}

function segmentName(base: number): string {
  return `${String(base).padStart(16, '0')}.log`;
}

/** The base in a segment's file name; undefined for other files. */
export function segmentBase(fileName: string): number | undefined {
  return /^\d{16}\.log$/.test(fileName) ? Number.parseInt(fileName, 10) : undefined;
}
