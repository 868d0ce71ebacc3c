import { type Database, open } from 'lmdb';

/** Revisions `from` (inclusive) to `stop` (exclusive) of a parked stream are being replayed and are not all settled. */
type ReplayRange = { readonly from: number; readonly stop: number };

/**
 * Remembers, on disk, which parked messages are being replayed. The parked stream itself does not show them any more (as in
 * the real server, where they live in memory only from then on, and are lost with it).
 */
export class ReplayLedger {
  readonly #ranges: Database<ReplayRange, string>;

  constructor(path: string) {
    this.#ranges = open<ReplayRange, string>({ path, encoding: 'json' });
  }

  range(group: string): ReplayRange | undefined {
    return this.#ranges.get(group);
  }

  /** Resolves when it is on disk. */
  async begin(group: string, range: ReplayRange): Promise<void> {
    await this.#ranges.put(group, range);
    await this.#ranges.flushed;
  }

  /** Notes progress; it may get lost with the machine, which repeats deliveries and loses nothing. */
  progress(group: string, range: ReplayRange): void {
    void (range.from >= range.stop ? this.#ranges.remove(group) : this.#ranges.put(group, range));
  }

  async forget(group: string): Promise<void> {
    await this.#ranges.remove(group);
  }

  async close(): Promise<void> {
    await this.#ranges.close();
  }
}
