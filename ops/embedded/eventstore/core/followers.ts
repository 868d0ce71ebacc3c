import type { LogRecord } from '../log/record.ts';

type Wake = () => void;

/**
 * Those who follow a stream, or all of them, and want to be woken when something was appended. They are not handed events:
 * they read on from where they are, so that a slow one costs no memory.
 */
export class Followers {
  readonly #all = new Set<Wake>();
  readonly #streams = new Map<string, Set<Wake>>();
  readonly #linksOf: (record: LogRecord) => readonly string[];

  constructor(linksOf: (record: LogRecord) => readonly string[]) {
    this.#linksOf = linksOf;
  }

  /** Wakes at every commit; the returned function ends that. */
  followAll(wake: Wake): () => void {
    this.#all.add(wake);
    return () => this.#all.delete(wake);
  }

  followStream(stream: string, wake: Wake): () => void {
    const followers = this.#streams.get(stream) ?? new Set();
    this.#streams.set(stream, followers.add(wake));
    return () => {
      followers.delete(wake);
      if (followers.size === 0 && this.#streams.get(stream) === followers) this.#streams.delete(stream);
    };
  }

  committed(records: readonly LogRecord[]): void {
    for (const wake of this.#all) wake();
    if (this.#streams.size === 0) return;
    const woken = new Set<Wake>();
    for (const record of records) {
      for (const stream of [record.stream, ...this.#linksOf(record)]) {
        for (const wake of this.#streams.get(stream) ?? []) woken.add(wake);
      }
    }
    for (const wake of woken) wake();
  }
}
