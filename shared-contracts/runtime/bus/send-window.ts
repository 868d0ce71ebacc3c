/**
 * Lets publishes through in the order in which they came, as long as not too many are unconfirmed and the connection takes
 * more. Whoever publishes waits here, so what waits is bounded by what the callers have in hand.
 */
export class SendWindow {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #unconfirmed = 0;
  #held = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when it is this publish's turn; `leave` is to follow, whatever came of it. */
  enter(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
  }

  leave(): void {
    this.#unconfirmed -= 1;
    this.#admit();
  }

  /** The connection is full: nobody else goes through for now. */
  hold(): void {
    this.#held = true;
  }

  goOn(): void {
    this.#held = false;
    this.#admit();
  }

  #admit(): void {
    while (!this.#held && this.#unconfirmed < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#unconfirmed += 1;
      next();
    }
  }
}
