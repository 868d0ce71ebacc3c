import type { Outgoing } from '../wire/outgoing.ts';

/** Heartbeats of one connection (specification, section 4.2.7): sends when nothing else was sent, and ends a silent client. */
export class Heartbeat {
  readonly #outgoing: Outgoing;
  readonly #beat: () => void;
  readonly #silent: () => void;
  #timer: NodeJS.Timeout | undefined;
  #quietTicks = 0;
  /** The client is not read at the moment, so its silence means nothing; whether it takes what it is sent still does. */
  paused = false;

  constructor(outgoing: Outgoing, beat: () => void, silent: () => void) {
    this.#outgoing = outgoing;
    this.#beat = beat;
    this.#silent = silent;
  }

  /** With 0 seconds there are no heartbeats. */
  start(seconds: number): void {
    if (seconds === 0) return;
    this.#timer = setInterval(() => this.#tick(), (seconds * 1000) / 2);
  }

  heard(): void {
    this.#quietTicks = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (!this.#outgoing.active) this.#beat();
    this.#outgoing.active = false;
    const isStuck = this.#outgoing.isStuck();
    if (this.paused && !isStuck) {
      this.#quietTicks = 0;
      return;
    }
    this.#quietTicks++;
    // Four half intervals: two heartbeats are missing.
    if (this.#quietTicks > 4) this.#silent();
  }
}
