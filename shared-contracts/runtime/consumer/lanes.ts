/**
 * Work that runs side by side, but in order within one lane. Holds only what is in flight: its caller bounds that
 * (a subscription delivers no more than its buffer before something is settled).
 */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();
  #running = 0;

  /** Runs the work once everything before it in its lane has ended, well or badly. */
  run<Result>(lane: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(lane) ?? Promise.resolve();
    this.#running += 1;
    const result = before.then(work);
    const tail = result
      .catch(() => undefined)
      .then(() => {
        this.#running -= 1;
        if (this.#tails.get(lane) === tail) this.#tails.delete(lane);
      });
    this.#tails.set(lane, tail);
    return result;
  }

  get size(): number {
    return this.#running;
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }
}
