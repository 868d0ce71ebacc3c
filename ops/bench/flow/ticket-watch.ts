import { setTimeout as pause } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { PlainDocument } from '../../../shared-contracts/documents/read-model.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';

/** So many are asked for at once: those that were reported first. */
const WINDOW = 200;

/**
 * Looks into the back office's read model for the tickets of reported issues, by their ids, and only while some are
 * missing. Between two looks lies a pause, so that a time that it tells may be too long by the pause and one look.
 */
export class TicketWatch {
  readonly #tickets: Collection<PlainDocument>;
  readonly #pauseMs: number;
  /** Issues whose tickets are not there yet, by the ids of these, with the time that they count from. */
  readonly #missing = new Map<string, number>();
  readonly #latencies: number[] = [];
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(tickets: Collection<PlainDocument>, pauseMs: number) {
    this.#tickets = tickets;
    this.#pauseMs = pauseMs;
    this.#running = this.#run();
    // Whoever stops it is told.
    this.#running.catch(() => undefined);
  }

  /** @param since when the report was due, by `performance.now()`. */
  expect(issueId: string, since: number): void {
    this.#missing.set(deterministicId('ticket', issueId), since);
  }

  get missing(): number {
    return this.#missing.size;
  }

  /** Milliseconds from report to visible, of the tickets that are there. */
  get latencies(): readonly number[] {
    return this.#latencies;
  }

  /** @throws what went wrong with looking. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#missing.size > 0) await this.#look();
      await pause(this.#pauseMs);
    }
  }

  async #look(): Promise<void> {
    const ids = [...this.#missing.keys()].slice(0, WINDOW);
    const found = await this.#tickets.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
    const now = performance.now();
    for (const { _id } of found) {
      const since = this.#missing.get(_id);
      if (since === undefined) continue;
      this.#missing.delete(_id);
      this.#latencies.push(now - since);
    }
  }
}
