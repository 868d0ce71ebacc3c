import { correlationId } from '../index/link-streams.ts';
import type { Consumer } from './consumer.ts';
import { type Message, sourceStream } from './message.ts';
import type { StrategyName } from './settings.ts';

/** Decides which consumer gets a message. */
export type Strategy = {
  add(consumer: Consumer): void;
  remove(consumer: Consumer): void;
  /** Who takes it; undefined when whoever should has no room now. */
  choose(message: Message): Consumer | undefined;
  /** May later messages be delivered while an earlier one waits for its consumer? */
  readonly skips: boolean;
};

export function createStrategy(name: StrategyName): Strategy {
  switch (name) {
    case 'RoundRobin':
      return new RoundRobin();
    case 'DispatchToSingle':
      return new DispatchToSingle();
    case 'Pinned':
      return new Pinned(sourceStream);
    case 'PinnedByCorrelation':
      return new Pinned(
        (message) => correlationId(message.event.event?.metadata ?? Buffer.alloc(0)) ?? sourceStream(message),
      );
  }
}

/** Each message goes to the next consumer that has room. */
class RoundRobin implements Strategy {
  readonly skips = false;
  #consumers: Consumer[] = [];
  #next = 0;

  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  remove(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
  }

  choose(): Consumer | undefined {
    for (let tried = 0; tried < this.#consumers.length; tried += 1) {
      const consumer = this.#consumers[this.#next % this.#consumers.length];
      this.#next = (this.#next + 1) % this.#consumers.length;
      if (consumer?.hasRoom) return consumer;
    }
    return undefined;
  }
}

/** The first consumer gets messages until it is full, then the next one. */
class DispatchToSingle implements Strategy {
  readonly skips = false;
  #consumers: Consumer[] = [];

  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  remove(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
  }

  choose(): Consumer | undefined {
    return this.#consumers.find((consumer) => consumer.hasRoom);
  }
}

const BUCKETS = 1024;

/** Messages with the same key go to the same consumer: keys are hashed into buckets, and consumers share the buckets. */
class Pinned implements Strategy {
  readonly skips = true;
  readonly #keyOf: (message: Message) => string;
  readonly #buckets: (Consumer | undefined)[] = new Array(BUCKETS);
  #consumers: Consumer[] = [];

  constructor(keyOf: (message: Message) => string) {
    this.#keyOf = keyOf;
  }

  /** A new consumer takes its share from those that have the most, so that few buckets move. */
  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
    const share = Math.floor(BUCKETS / this.#consumers.length);
    const counts = this.#counts();
    let taken = 0;
    for (let bucket = 0; bucket < BUCKETS && taken < share; bucket += 1) {
      const owner = this.#buckets[bucket];
      const count = owner === undefined ? Number.POSITIVE_INFINITY : (counts.get(owner) ?? 0);
      if (count <= share) continue;
      if (owner !== undefined) counts.set(owner, count - 1);
      this.#buckets[bucket] = consumer;
      taken += 1;
    }
  }

  remove(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
    const counts = this.#counts();
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (this.#buckets[bucket] !== consumer) continue;
      const heir = this.#leastLoaded(counts);
      this.#buckets[bucket] = heir;
      if (heir !== undefined) counts.set(heir, (counts.get(heir) ?? 0) + 1);
    }
  }

  choose(message: Message): Consumer | undefined {
    const consumer = this.#buckets[hash(this.#keyOf(message)) % BUCKETS];
    return consumer?.hasRoom ? consumer : undefined;
  }

  #counts(): Map<Consumer, number> {
    const counts = new Map<Consumer, number>(this.#consumers.map((consumer) => [consumer, 0]));
    for (const owner of this.#buckets) {
      const count = owner && counts.get(owner);
      if (owner !== undefined && count !== undefined) counts.set(owner, count + 1);
    }
    return counts;
  }

  #leastLoaded(counts: ReadonlyMap<Consumer, number>): Consumer | undefined {
    let least: Consumer | undefined;
    for (const consumer of this.#consumers) {
      if (least === undefined || (counts.get(consumer) ?? 0) < (counts.get(least) ?? 0)) least = consumer;
    }
    return least;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
