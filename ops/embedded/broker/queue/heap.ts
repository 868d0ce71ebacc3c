import type { Entry } from '../store/entry.ts';

/** Entries that came back, the one with the lowest place first (a binary heap). */
export class EntryHeap {
  readonly #entries: Entry[] = [];

  get length(): number {
    return this.#entries.length;
  }

  peek(): Entry | undefined {
    return this.#entries[0];
  }

  push(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = entries[parentAt];
      if (!parent || parent.seq <= entry.seq) break;
      entries[at] = parent;
      at = parentAt;
    }
    entries[at] = entry;
  }

  shift(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (!first || !last || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      let childAt = at * 2 + 1;
      let child = entries[childAt];
      const right = entries[childAt + 1];
      if (child && right && right.seq < child.seq) {
        child = right;
        childAt++;
      }
      if (!child || child.seq >= last.seq) break;
      entries[at] = child;
      at = childAt;
    }
    entries[at] = last;
    return first;
  }

  clear(): Entry[] {
    return this.#entries.splice(0);
  }

  /** All entries in order; for looking only. */
  sorted(): Entry[] {
    return this.#entries.toSorted((a, b) => a.seq - b.seq);
  }
}
