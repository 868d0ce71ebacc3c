import type { Consumer } from './consumer.ts';
import { idKey, type Message, originalOf } from './message.ts';

/** A message that a consumer has and has not settled. */
export type Outstanding = {
  readonly message: Message;
  readonly consumer: Consumer;
  /** Milliseconds since 1970. */
  readonly deliveredAt: number;
};

/** What is with consumers, by the id that settles it; the same event id can be under way more than once. */
export class OutstandingMessages {
  readonly #byId = new Map<string, Outstanding[]>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get all(): readonly Outstanding[] {
    return [...this.#byId.values()].flat();
  }

  /** The one that was delivered first under this id. */
  find(id: Buffer): Outstanding | undefined {
    return this.#byId.get(idKey(id))?.[0];
  }

  add(outstanding: Outstanding): void {
    const key = idKey(originalOf(outstanding.message).id);
    const same = this.#byId.get(key);
    if (same === undefined) this.#byId.set(key, [outstanding]);
    else same.push(outstanding);
    this.#count += 1;
  }

  remove(outstanding: Outstanding): void {
    const key = idKey(originalOf(outstanding.message).id);
    const others = this.#byId.get(key)?.filter((other) => other !== outstanding) ?? [];
    if (others.length === 0) this.#byId.delete(key);
    else this.#byId.set(key, others);
    this.#count -= 1;
  }
}
