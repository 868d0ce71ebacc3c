import type { Message } from './message.ts';

/** Messages to be delivered again: in the order of the source, replayed parked ones after them. */
export class RetryQueue {
  readonly #messages: Message[] = [];

  get length(): number {
    return this.#messages.length;
  }

  at(index: number): Message | undefined {
    return this.#messages[index];
  }

  add(message: Message): void {
    let index = this.#messages.length;
    while (index > 0 && (this.#messages[index - 1]?.sequence ?? 0) > message.sequence) index -= 1;
    this.#messages.splice(index, 0, message);
  }

  removeAt(index: number): void {
    this.#messages.splice(index, 1);
  }
}
