import type { DiskAlarm } from './disk-alarm.ts';
import { copiesOf, type DeadReason, isCycle, toDeadLetter } from './queue/dead-letter.ts';
import type { Queue } from './queue/queue.ts';
import { Queues } from './queue/queues.ts';
import { Exchanges } from './routing/exchanges.ts';
import type { Message } from './store/message.ts';
import { Store } from './store/store.ts';
import { headersOf, splitProperties } from './wire/properties.ts';

/** Bytes of waiting messages that all queues together hold in memory; what is beyond is on disk only. */
const CONTENT_LIMIT = 64 * 1024 * 1024;

/** What became of a published message. */
export type Published = {
  /** Whether any queue took it or refused it. */
  readonly routed: boolean;
  /** A full queue refused it. */
  readonly refused: boolean;
  /** A confirm has to wait until what was written is on disk. */
  readonly toDisk: boolean;
};

/** The one virtual host: exchanges, queues, and the way of a message between them. */
export class Broker {
  readonly store: Store;
  readonly diskAlarm: DiskAlarm;
  readonly exchanges: Exchanges;
  readonly queues: Queues;
  readonly #now: () => number;

  private constructor(store: Store, diskAlarm: DiskAlarm, now: () => number) {
    this.store = store;
    this.diskAlarm = diskAlarm;
    this.#now = now;
    this.exchanges = new Exchanges(store);
    this.queues = new Queues(
      {
        store,
        now,
        budget: { used: 0, limit: CONTENT_LIMIT },
        deadLetter: (queue, message, reason) => this.#deadLetter(queue, message, reason),
        unused: (queue) => this.queues.delete(queue),
      },
      (queue) => this.exchanges.unbindQueue(queue.name),
    );
  }

  /** Opens what is on disk; `onFailure` is told when the disk fails, after which nothing is confirmed any more. */
  static async open(
    dir: string,
    diskAlarm: DiskAlarm,
    now: () => number,
    onFailure: (error: unknown) => void,
  ): Promise<Broker> {
    const broker = new Broker(await Store.open(dir, onFailure), diskAlarm, now);
    await broker.queues.restore();
    for (const binding of broker.store.bindings()) {
      if (broker.queues.find(binding.queue)) broker.exchanges.restore(binding);
      else broker.store.removeBinding(binding);
    }
    return broker;
  }

  now(): number {
    return this.#now();
  }

  /** Routes a message to every queue it is for, each once; `keys` are its routing key and those of its copies. */
  publish(message: Message, keys: readonly string[]): Published {
    const queues = this.#route(message.exchange, keys);
    const refused = queues.some((queue) => queue.refuses);
    let toDisk = false;
    for (const queue of queues) {
      if (queue.refuses) continue;
      if (queue.publish(message)) toDisk = true;
    }
    return { routed: queues.length > 0, refused, toDisk };
  }

  /** Stops all clocks and writes what is still to be written. */
  async close(): Promise<void> {
    for (const queue of this.queues.all) queue.stop();
    await this.store.close();
  }

  #route(exchangeName: string, keys: readonly string[]): readonly Queue[] {
    const found = new Set<Queue>();
    const exchange = this.exchanges.find(exchangeName);
    exchange?.published.count();
    for (const key of keys) {
      const names = exchangeName === '' ? [key] : (exchange?.route(key) ?? []);
      for (const name of names) {
        const queue = this.queues.find(name);
        if (queue) found.add(queue);
      }
    }
    return [...found];
  }

  #deadLetter(queue: Queue, message: Message, reason: DeadReason): void {
    const { deadLetterExchange: exchange, deadLetterRoutingKey: routingKey } = queue.settings;
    if (exchange === undefined) return;
    const dead = toDeadLetter(message, {
      queue: queue.name,
      reason,
      exchange,
      routingKey,
      at: this.#now(),
    });
    const headers = headersOf(splitProperties(dead.properties));
    for (const target of this.#route(exchange, [dead.routingKey, ...copiesOf(headers, 'CC')])) {
      if (reason !== 'rejected' && isCycle(dead, target.name)) continue;
      if (!target.refuses) target.publish(dead);
    }
  }
}
