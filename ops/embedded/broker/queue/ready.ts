import type { Entry } from '../store/entry.ts';
import { EntryHeap } from './heap.ts';

/** How much of one queue's head is held in memory. */
const WINDOW_ENTRIES = 512;
const WINDOW_BYTES = 1024 * 1024;

/** Bytes of content that all queues together hold in memory. */
export type ContentBudget = { used: number; readonly limit: number };

/** Where the messages beyond the window are. */
export type Backlog = {
  /** Committed entries from a place on, with content, in order, until `take` returns false. */
  read(from: number, take: (entry: Entry) => boolean): void;
  /** Fills in the content of one entry; false while it is not committed. */
  fill(entry: Entry): boolean;
};

/**
 * The messages of a queue that nobody has, in order. The head is in memory within limits; entries that came back
 * keep their old place; everything behind is a range of places on disk, however long.
 */
export class ReadyList {
  readonly #backlog: Backlog;
  readonly #budget: ContentBudget;
  readonly #returned = new EntryHeap();
  readonly #window: Entry[] = [];
  #windowBytes = 0;
  #tail: { from: number; to: number; count: number };
  #bytes: number;

  constructor(
    backlog: Backlog,
    budget: ContentBudget,
    found: { readonly first: number; readonly next: number; readonly count: number; readonly bytes: number },
  ) {
    this.#backlog = backlog;
    this.#budget = budget;
    this.#tail = { from: found.first, to: found.next, count: found.count };
    this.#bytes = found.bytes;
  }

  get count(): number {
    return this.#window.length + this.#returned.length + this.#tail.count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A new entry, with its content, behind all others. */
  append(entry: Entry): void {
    this.#bytes += entry.size;
    const fits =
      this.#window.length < WINDOW_ENTRIES &&
      this.#windowBytes < WINDOW_BYTES &&
      this.#budget.used + entry.size <= this.#budget.limit;
    if (this.#tail.count === 0 && fits) {
      this.#enterWindow(entry);
      this.#tail = { from: entry.seq + 1, to: entry.seq + 1, count: 0 };
      return;
    }
    entry.content = undefined;
    this.#tail.to = entry.seq + 1;
    this.#tail.count++;
  }

  /** An entry that was taken comes back to its old place. */
  putBack(entry: Entry): void {
    this.#bytes += entry.size;
    entry.content = undefined;
    this.#returned.push(entry);
  }

  /** The first entry, with its content; undefined when there is none, or none that is committed (see `count`). */
  peek(): Entry | undefined {
    if (this.#window.length === 0 && this.#tail.count > 0) this.#load();
    const waiting = this.#window[0];
    const returned = this.#returned.peek();
    const first = returned && (!waiting || returned.seq < waiting.seq) ? returned : waiting;
    if (!first) return undefined;
    if (!first.content && !this.#backlog.fill(first)) return undefined;
    return first;
  }

  /** Takes the first entry; to be called after `peek` has found it. */
  shift(): Entry | undefined {
    const first = this.peek();
    if (!first) return undefined;
    this.#bytes -= first.size;
    if (this.#returned.peek() === first) return this.#returned.shift();
    this.#window.shift();
    this.#windowBytes -= first.size;
    this.#budget.used -= first.size;
    return first;
  }

  /** Forgets everything; returns the entries that were in memory, and the range of places on disk. */
  clear(): { readonly entries: readonly Entry[]; readonly from: number; readonly to: number } {
    const entries = [...this.#returned.clear(), ...this.#window.splice(0)];
    this.#budget.used -= this.#windowBytes;
    this.#windowBytes = 0;
    const { from, to } = this.#tail;
    this.#tail = { from: to, to, count: 0 };
    this.#bytes = 0;
    return { entries, from, to };
  }

  /** A look at up to `limit` entries in order, without taking them. */
  look(limit: number): readonly Entry[] {
    const held = [...this.#returned.sorted(), ...this.#window].sort((a, b) => a.seq - b.seq);
    const seen = held.slice(0, limit).flatMap((entry) => {
      const copy = { ...entry };
      return copy.content || this.#backlog.fill(copy) ? [copy] : [];
    });
    if (held.length < limit && this.#tail.count > 0) {
      this.#backlog.read(this.#tail.from, (entry) => seen.push(entry) < limit);
    }
    return seen;
  }

  #enterWindow(entry: Entry): void {
    this.#window.push(entry);
    this.#windowBytes += entry.size;
    this.#budget.used += entry.size;
  }

  #load(): void {
    const tail = this.#tail;
    this.#backlog.read(tail.from, (entry) => {
      if (entry.seq >= tail.to) return false;
      tail.from = entry.seq + 1;
      tail.count--;
      this.#enterWindow(entry);
      return (
        tail.count > 0 &&
        this.#window.length < WINDOW_ENTRIES &&
        this.#windowBytes < WINDOW_BYTES &&
        this.#budget.used < this.#budget.limit
      );
    });
  }
}
