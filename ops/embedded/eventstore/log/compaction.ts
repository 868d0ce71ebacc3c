import { closeSync, fdatasyncSync, openSync, renameSync, writeSync } from 'node:fs';
import type { LogRecord } from './record.ts';
import { encodeRuns, type Run, SEGMENT_HEAD, type SegmentFile, segmentHead } from './segment.ts';

const PIECE = 1024 * 1024;

/** Writes the compacted file that takes the place of a segment: first beside it, then under its name. */
export class Compaction {
  readonly #path: string;
  readonly #target: string;
  readonly #fd: number;
  readonly #runs: Run[] = [];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #offset = SEGMENT_HEAD;
  /** Where the next record has to be to belong to the last run. */
  #contiguous = -1;

  constructor(segment: SegmentFile) {
    this.#target = segment.path;
    this.#path = `${segment.path}.compacting`;
    this.#fd = openSync(this.#path, 'w');
  }

  keep(record: LogRecord): void {
    if (record.position !== this.#contiguous) {
      this.#runs.push({ position: record.position, offset: this.#offset + this.#pendingBytes });
    }
    this.#contiguous = record.position + record.size;
    this.#pending.push(record.bytes);
    this.#pendingBytes += record.size;
    if (this.#pendingBytes >= PIECE) this.#flush();
  }

  /** Puts the new file in the old one's place, on disk; the old one's readers have to open it anew. */
  finish(): void {
    this.#flush();
    const table = encodeRuns(this.#runs);
    writeSync(this.#fd, table, 0, table.length, this.#offset);
    writeSync(this.#fd, segmentHead(this.#offset, this.#runs.length), 0, SEGMENT_HEAD, 0);
    fdatasyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(this.#path, this.#target);
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#offset + done);
    }
    this.#offset += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
