// How many events a group has handled in each minute of the last hour. Pure.

export const MINUTES = 60;
const MINUTE_MS = 60_000;

export class RateRing {
  readonly #counts = new Array<number>(MINUTES).fill(0);
  /** Number of the minute that is counted in now; undefined before the first. */
  #minute: number | undefined;
  #since: number | undefined;

  /** Counts events that were handled up to this moment (milliseconds). */
  add(count: number, now: number): void {
    this.#since ??= now;
    this.#turnTo(now);
    const index = Math.floor(now / MINUTE_MS) % MINUTES;
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
  }

  /** Events in each minute up to this moment, the oldest first; the last is under way. */
  minutes(now: number): readonly number[] {
    this.#turnTo(now);
    const current = Math.floor(now / MINUTE_MS);
    return Array.from({ length: MINUTES }, (_, index) => this.#counts[(current + 1 + index) % MINUTES] ?? 0);
  }

  /** Events a second over the last minute or two, or since the counting began. */
  perSecond(now: number): number {
    const [before = 0, current = 0] = this.minutes(now).slice(-2);
    const watched = this.#since === undefined ? 0 : now - this.#since;
    const span = Math.min(watched, MINUTE_MS + (now % MINUTE_MS));
    return span <= 0 ? 0 : (before + current) / (Math.max(span, 1000) / 1000);
  }

  #turnTo(now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    const passed = Math.min(MINUTES, minute - (this.#minute ?? minute));
    for (let index = 0; index < passed; index += 1) this.#counts[(minute - index) % MINUTES] = 0;
    this.#minute = minute;
  }
}

/** An SVG path of columns in a box of this size, one for each value, the highest as high as the box. */
export function columnsPath(values: readonly number[], width: number, height: number): string {
  const highest = Math.max(1, ...values);
  const step = width / values.length;
  return values
    .map((value, index) => {
      if (value === 0) return '';
      const tall = Math.max(1, (value / highest) * height);
      return `M${round(index * step)} ${height}v-${round(tall)}h${round(step * 0.8)}v${round(tall)}z`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
