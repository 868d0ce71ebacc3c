import type { Broker } from '../broker.ts';
import type { Queue } from '../queue/queue.ts';
import type { Entry } from '../store/entry.ts';
import type { Message } from '../store/message.ts';
import { decodeContentHeader, encodeContent } from '../wire/content.ts';
import { AmqpFault, notImplemented } from '../wire/fault.ts';
import { FRAME_BODY, FRAME_HEADER, type Frame } from '../wire/frame.ts';
import {
  type AnswerArguments,
  type AnswerName,
  encodeMethod,
  type MethodArguments,
} from '../wire/method-codec.ts';
import type { Outgoing } from '../wire/outgoing.ts';
import type { ChannelConsumer, ConsumerChannel } from './channel-consumer.ts';
import { Confirms } from './confirms.ts';
import { type Content, ContentAssembly } from './content-assembly.ts';
import { headersWithReturns } from './delivery-headers.ts';
import { toMessage } from './publishing.ts';
import { type Delivery, Unsettled } from './unsettled.ts';

/** What a channel knows of the connection it is on. */
export type ChannelSurroundings = {
  readonly broker: Broker;
  /** Identifies the connection: exclusive queues are its own. */
  readonly connection: object;
  readonly connectionName: string;
  readonly user: string;
  readonly frameMax: number;
  readonly outgoing: Outgoing;
  /** The client wants to be told when a consumer is cancelled because its queue went. */
  readonly cancelNotify: boolean;
};

/** One channel: its consumers, what they have not settled, what it published and waits to be confirmed. */
export class Channel implements ConsumerChannel {
  readonly id: number;
  readonly around: ChannelSurroundings;
  readonly consumers = new Map<string, ChannelConsumer>();
  readonly unsettled = new Unsettled();
  readonly #content = new ContentAssembly();
  #confirms: Confirms | undefined;
  #lastQueue = '';
  #open = true;
  /** Prefetch of consumers that are started from now on. */
  prefetch = 0;
  /** Prefetch of the channel as a whole. */
  channelPrefetch = 0;
  /** Deliveries that are unsettled or about to be sent. */
  held = 0;

  constructor(id: number, around: ChannelSurroundings) {
    this.id = id;
    this.around = around;
  }

  get broker(): Broker {
    return this.around.broker;
  }

  get outgoing(): Outgoing {
    return this.around.outgoing;
  }

  get connectionName(): string {
    return this.around.connectionName;
  }

  get closed(): boolean {
    return !this.#open;
  }

  get hasCredit(): boolean {
    return this.channelPrefetch === 0 || this.held < this.channelPrefetch;
  }

  get expectsContent(): boolean {
    return this.#content.active;
  }

  send<N extends AnswerName>(name: N, args: AnswerArguments[N]): void {
    this.outgoing.send(encodeMethod(this.id, name, args));
  }

  /** Finds the queue a method names; an empty name is the queue declared last on this channel. */
  queue(name: string): Queue {
    return this.broker.queues.get(this.queueName(name), this.around.connection);
  }

  queueName(name: string): string {
    if (name !== '') return name;
    if (this.#lastQueue === '') throw new AmqpFault(404, 'no previously declared queue');
    return this.#lastQueue;
  }

  declared(queue: Queue): void {
    this.#lastQueue = queue.name;
  }

  selectConfirms(): void {
    this.#confirms ??= new Confirms((kind, deliveryTag, multiple) => {
      if (!this.#open) return;
      if (kind === 'ack') this.send('basic.ack', { deliveryTag, multiple });
      else this.send('basic.nack', { deliveryTag, multiple });
    });
  }

  startPublish(args: MethodArguments<'basic.publish'>): void {
    if (args.immediate) throw notImplemented('immediate=true');
    this.#content.start(args);
  }

  /** A header or body frame. */
  acceptContent(frame: Frame): void {
    const content =
      frame.type === FRAME_HEADER
        ? this.#content.header(decodeContentHeader(frame.payload))
        : frame.type === FRAME_BODY
          ? this.#content.body(frame.payload)
          : undefined;
    if (content) this.#publish(content);
  }

  sendDelivery(consumer: ChannelConsumer, entry: Entry, message: Message): void {
    const tag = consumer.noAck
      ? this.unsettled.nextTag()
      : this.unsettled.add({ queue: consumer.queue, entry, release: () => consumer.release() });
    const method = encodeMethod(this.id, 'basic.deliver', {
      consumerTag: consumer.tag,
      deliveryTag: tag,
      redelivered: entry.redelivered,
      exchange: message.exchange,
      routingKey: message.routingKey,
    });
    this.sendMessage(method, consumer.queue, entry, message);
  }

  /** A method with the message it carries. */
  sendMessage(method: Buffer, queue: Queue, entry: Entry, message: Message): void {
    const properties = headersWithReturns(queue, entry, message);
    this.outgoing.send(method, ...encodeContent(this.id, properties, message.body, this.around.frameMax));
  }

  /** Settles deliveries, then lets their queues go on. */
  settle(deliveries: readonly Delivery[], how: (delivery: Delivery) => void): void {
    const queues = new Set<Queue>();
    for (const delivery of deliveries) {
      delivery.release();
      how(delivery);
      queues.add(delivery.queue);
    }
    if (this.channelPrefetch > 0) for (const consumer of this.consumers.values()) queues.add(consumer.queue);
    for (const queue of queues) queue.dispatch();
  }

  /** The queue of a consumer is gone. */
  consumerCancelled(consumer: ChannelConsumer): void {
    this.consumers.delete(consumer.tag);
    if (this.#open && this.around.cancelNotify) {
      this.send('basic.cancel', { consumerTag: consumer.tag });
    }
  }

  /** Ends the channel: its consumers go, and what they had comes back to its queues. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#content.reset();
    const consumers = [...this.consumers.values()];
    this.consumers.clear();
    for (const consumer of consumers) consumer.stopped = true;
    const deliveries = this.unsettled.takeAll();
    for (const { queue, entry, release } of deliveries) {
      release();
      queue.requeue(entry, true);
    }
    for (const consumer of consumers) consumer.queue.removeConsumer(consumer);
    for (const queue of new Set(deliveries.map(({ queue }) => queue))) queue.dispatch();
  }

  #publish(content: Content): void {
    const { exchange, routingKey, mandatory } = content.publish;
    if (exchange !== '' && this.broker.exchanges.get(exchange).definition.internal) {
      throw new AmqpFault(403, `cannot publish to internal exchange '${exchange}' in vhost '/'`);
    }
    const { message, keys } = toMessage(content, this.around.user, this.broker.now());
    const confirms = this.#confirms;
    const tag = confirms?.next();
    const { routed, refused, toDisk } = this.broker.publish(message, keys);
    if (!routed && mandatory) {
      const method = encodeMethod(this.id, 'basic.return', {
        replyCode: 312,
        replyText: 'NO_ROUTE',
        exchange,
        routingKey,
      });
      const frames = encodeContent(this.id, message.properties, message.body, this.around.frameMax);
      this.outgoing.send(method, ...frames);
    }
    if (!confirms || tag === undefined) return;
    if (refused) confirms.nack(tag);
    else if (toDisk) this.broker.store.commits.afterFlush(() => confirms.ack(tag));
    else confirms.ack(tag);
  }
}
