/** Counts items, in all and since somebody last asked. */
export class Throughput {
  #total = 0;
  #sinceLast = 0;
  #lastAsked: number;

  /** @param now Milliseconds. */
  constructor(now: number) {
    this.#lastAsked = now;
  }

  count(): void {
    this.#total += 1;
    this.#sinceLast += 1;
  }

  /** What was counted; begins a new measurement. */
  measure(now: number): { total: number; sinceLast: number; perSecond: number } {
    const seconds = Math.max(1, (now - this.#lastAsked) / 1000);
    const measured = {
      total: this.#total,
      sinceLast: this.#sinceLast,
      perSecond: Math.round(this.#sinceLast / seconds),
    };
    this.#sinceLast = 0;
    this.#lastAsked = now;
    return measured;
  }
}
