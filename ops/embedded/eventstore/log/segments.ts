import { closeSync, fsyncSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Compaction } from './compaction.ts';
import { SegmentFile, segmentBase } from './segment.ts';

/** The segment files of a log, one after the other in one space of positions; there is always one. */
export class Segments {
  readonly #dir: string;
  readonly #files: SegmentFile[];

  /** Opens what is in a folder, and deletes what an interrupted scavenge has left there. */
  constructor(dir: string) {
    this.#dir = dir;
    for (const name of readdirSync(dir)) if (name.endsWith('.compacting')) unlinkSync(join(dir, name));
    const bases = readdirSync(dir)
      .map(segmentBase)
      .filter((base) => base !== undefined)
      .sort((a, b) => a - b);
    this.#files = bases.map((base) => new SegmentFile(dir, base));
  }

  get all(): readonly SegmentFile[] {
    return this.#files;
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  get last(): SegmentFile {
    const last = this.#files.at(-1);
    if (last === undefined) throw new Error('The log has no segment.');
    return last;
  }

  /** The last segment whose base is at or before `position`. */
  at(position: number): SegmentFile {
    return this.#files[this.#indexOf(position)] ?? this.last;
  }

  /** Is this one of the log's files now? A scavenge replaces files. */
  has(segment: SegmentFile): boolean {
    return this.#files[this.#indexOf(segment.base)] === segment;
  }

  after(segment: SegmentFile): SegmentFile | undefined {
    return this.#files[this.#indexOf(segment.base) + 1];
  }

  before(segment: SegmentFile): SegmentFile | undefined {
    return this.#files[this.#indexOf(segment.base) - 1];
  }

  /** Begins a new segment at a position, which is on disk then. */
  start(base: number): void {
    this.#files.push(SegmentFile.create(this.#dir, base));
    this.#syncDir();
  }

  /** Begins the last segment anew: a crash left its head unfinished. */
  restartLast(): void {
    const { last } = this;
    last.close();
    this.#files.pop();
    this.start(last.base);
  }

  /** Puts the compacted file in the place of a segment that is not the last one. */
  replace(segment: SegmentFile, compaction: Compaction): void {
    compaction.finish();
    this.#syncDir();
    this.#files[this.#indexOf(segment.base)] = new SegmentFile(this.#dir, segment.base);
    segment.close();
  }

  close(): void {
    for (const segment of this.#files) segment.close();
  }

  #indexOf(position: number): number {
    let low = 0;
    let high = this.#files.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#files[middle]?.base ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #syncDir(): void {
    const fd = openSync(this.#dir, 'r');
    fsyncSync(fd);
    closeSync(fd);
  }
}
