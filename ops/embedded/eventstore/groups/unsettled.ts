import { type Message, REPLAY_SEQUENCE } from './message.ts';

/** The messages that were delivered once and are not settled, in the order of the source. */
export class Unsettled {
  readonly #messages: Message[] = [];

  get lowest(): Message | undefined {
    return this.#messages[0];
  }

  add(message: Message): void {
    if (message.sequence === REPLAY_SEQUENCE) return;
    const index = this.#indexOf(message.sequence);
    if (this.#messages[index] !== message) this.#messages.splice(index, 0, message);
  }

  remove(message: Message): void {
    const index = this.#indexOf(message.sequence);
    if (this.#messages[index] === message) this.#messages.splice(index, 1);
  }

  /** Index of the first one that is not before `sequence`. Nearly always asked for the end or the beginning. */
  #indexOf(sequence: number): number {
    let low = 0;
    let high = this.#messages.length;
    if ((this.#messages[high - 1]?.sequence ?? -1) < sequence) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#messages[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
