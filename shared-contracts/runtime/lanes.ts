/**
 * Work that runs side by side, but in order within one lane. Holds only what is in flight: its caller bounds that
 * (a subscription delivers no more than its buffer before something is settled).
 */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();
  /** Work that has been given and has not ended. */
  #size = 0;
  /** Work that has begun and is not waiting to be alone. */
  #active = 0;
  /** Set while some work wants to be alone: other work begins after it. */
  #alone: Promise<void> | undefined;
  #fewer: (() => void) | undefined;

  /** Runs the work once everything before it in its lane has ended, well or badly. */
  run<Result>(lane: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(lane) ?? Promise.resolve();
    this.#size += 1;
    const result = before.then(() => this.#begin(work));
    const tail = result
      .catch(() => undefined)
      .then(() => {
        this.#size -= 1;
        if (this.#tails.get(lane) === tail) this.#tails.delete(lane);
      });
    this.#tails.set(lane, tail);
    return result;
  }

  /** For work that has begun: goes on when all other work has ended, and holds new work back meanwhile. */
  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#leave();
    while (this.#alone !== undefined) await this.#alone;
    let open: (() => void) | undefined;
    this.#alone = new Promise((resolve) => {
      open = resolve;
    });
    try {
      while (this.#active > 0) {
        await new Promise<void>((resolve) => {
          this.#fewer = resolve;
        });
      }
      this.#active += 1;
      return await work();
    } finally {
      this.#alone = undefined;
      open?.();
    }
  }

  /** Whether work of this lane is in flight. */
  has(lane: string): boolean {
    return this.#tails.has(lane);
  }

  get size(): number {
    return this.#size;
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  async #begin<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#alone !== undefined) await this.#alone;
    this.#active += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#active -= 1;
    this.#fewer?.();
  }
}
