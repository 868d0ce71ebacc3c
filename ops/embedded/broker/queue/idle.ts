import { Alarm } from './alarm.ts';

/** Tells when a queue has been unused for as long as it may be (`x-expires`). */
export class Idle {
  readonly #limit: number | undefined;
  readonly #now: () => number;
  readonly #isUsed: () => boolean;
  readonly #expired: () => void;
  readonly #alarm = new Alarm(() => this.#ring());
  #until = 0;

  /** `limit` in milliseconds; undefined for a queue that may be unused for ever. */
  constructor(limit: number | undefined, now: () => number, isUsed: () => boolean, expired: () => void) {
    this.#limit = limit;
    this.#now = now;
    this.#isUsed = isUsed;
    this.#expired = expired;
  }

  /** The queue was used, or is not used any more: the time begins anew. */
  restart(): void {
    this.#alarm.clear();
    if (this.#limit === undefined || this.#isUsed()) return;
    this.#until = this.#now() + this.#limit;
    this.#alarm.setIn(this.#limit);
  }

  stop(): void {
    this.#alarm.clear();
  }

  #ring(): void {
    const left = this.#until - this.#now();
    if (left > 0) this.#alarm.setIn(left);
    else this.#expired();
  }
}
