/** Lets one loop sleep until there is something to do. A wake-up that comes while the loop is busy is not lost. */
export class WakeUp {
  #due = false;
  #resolve: (() => void) | undefined;

  readonly wake = (): void => {
    this.#due = true;
    this.#resolve?.();
    this.#resolve = undefined;
  };

  /** Resolves at the next wake-up, or at once where one came since the last call. */
  async next(): Promise<void> {
    if (!this.#due) await new Promise<void>((resolve) => (this.#resolve = resolve));
    this.#due = false;
  }
}
