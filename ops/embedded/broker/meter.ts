const SECONDS = 5;

/** Counts events, and tells how many there were a second during the last five. */
export class Meter {
  readonly #counts: number[] = new Array<number>(SECONDS + 1).fill(0);
  #second = 0;
  total = 0;

  count(): void {
    this.#moveOn();
    this.total++;
    const at = this.#second % this.#counts.length;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Events a second over the last five whole seconds. */
  get rate(): number {
    this.#moveOn();
    const running = this.#second % this.#counts.length;
    const sum = this.#counts.reduce((total, count, at) => (at === running ? total : total + count), 0);
    return sum / SECONDS;
  }

  #moveOn(): void {
    const second = Math.floor(performance.now() / 1000);
    const passed = Math.min(second - this.#second, this.#counts.length);
    for (let step = 0; step < passed; step++) this.#counts[(second - step) % this.#counts.length] = 0;
    this.#second = second;
  }
}
