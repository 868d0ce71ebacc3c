import type { Queue } from '../queue/queue.ts';
import type { Entry } from '../store/entry.ts';
import { AmqpFault } from '../wire/fault.ts';

/** A message that a client has and has not settled. */
export type Delivery = {
  readonly queue: Queue;
  readonly entry: Entry;
  /** Frees the place that it takes in its consumer's prefetch. */
  readonly release: () => void;
};

/** The unsettled deliveries of one channel, by their tags. */
export class Unsettled {
  readonly #byTag = new Map<number, Delivery>();
  #lastTag = 0;

  get size(): number {
    return this.#byTag.size;
  }

  /** A tag for a delivery that needs no settling. */
  nextTag(): number {
    this.#lastTag++;
    return this.#lastTag;
  }

  add(delivery: Delivery): number {
    const tag = this.nextTag();
    this.#byTag.set(tag, delivery);
    return tag;
  }

  /**
   * Takes the delivery with this tag; with `multiple` all up to it, and with tag 0 all there are.
   *
   * @throws AmqpFault 406 when there is none of that tag.
   */
  take(tag: number, multiple: boolean): readonly Delivery[] {
    if (multiple && tag === 0) return this.takeAll();
    const delivery = this.#byTag.get(tag);
    if (!delivery) throw new AmqpFault(406, `unknown delivery tag ${tag}`);
    if (!multiple) {
      this.#byTag.delete(tag);
      return [delivery];
    }
    const taken: Delivery[] = [];
    for (const [each, earlier] of this.#byTag) {
      if (each > tag) break;
      taken.push(earlier);
      this.#byTag.delete(each);
    }
    return taken;
  }

  takeAll(): readonly Delivery[] {
    const all = [...this.#byTag.values()];
    this.#byTag.clear();
    return all;
  }
}
