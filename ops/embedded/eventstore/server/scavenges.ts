import { randomUUID } from 'node:crypto';
import type { EventStore } from '../core/event-store.ts';
import { type ScavengeResult, scavenge } from '../core/scavenge.ts';
import type { ReplayLedger } from '../groups/replay-ledger.ts';

const PARKED = /^\$persistentsubscription-(.*)-parked$/;

type Running = {
  readonly id: string;
  readonly abort: AbortController;
  readonly done: Promise<ScavengeResult>;
};

/** Runs scavenges, one at a time. */
export class Scavenges {
  readonly #store: EventStore;
  readonly #ledger: ReplayLedger;
  #running: Running | undefined;

  constructor(store: EventStore, ledger: ReplayLedger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /** Starts one, unless one runs: then that one is meant. */
  start(): Running {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Ends the one that runs early; false where it is another one, or none. */
  stop(id: string): boolean {
    if (this.#running?.id !== id) return false;
    this.#running.abort.abort();
    return true;
  }

  async close(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.done.catch(() => {});
  }

  #run(): Running {
    const abort = new AbortController();
    const done = scavenge(this.#store, {
      signal: abort.signal,
      keptFrom: (stream) => this.#keptFrom(stream),
    });
    const finished = (): void => {
      this.#running = undefined;
    };
    done.then(finished, finished);
    return { id: randomUUID(), abort, done };
  }

  /** Parked messages that are being replayed are hidden, and still needed. */
  #keptFrom(stream: string): number | undefined {
    const group = PARKED.exec(stream)?.[1];
    return group === undefined ? undefined : this.#ledger.range(group)?.from;
  }
}
