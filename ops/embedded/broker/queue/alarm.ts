/** Longest wait that a timer of Node takes; a later alarm goes off too early, and is set again. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** Calls back at a moment that can be moved or called off. It does not keep the process alive. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings after so many milliseconds, instead of when it was to ring before. */
  setIn(milliseconds: number): void {
    this.clear();
    this.#timer = setTimeout(this.#ring, Math.min(Math.max(milliseconds, 0), LONGEST_WAIT));
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
