import { randomBytes } from 'node:crypto';
import { AmqpFault, notImplemented } from '../wire/fault.ts';
import { encodeMethod, type MethodArguments } from '../wire/method-codec.ts';
import type { Channel } from './channel.ts';
import { ChannelConsumer } from './channel-consumer.ts';

/** basic.qos: as in RabbitMQ, the count is for each consumer started later, or with `global` for the channel. */
export function setPrefetch(channel: Channel, args: MethodArguments<'basic.qos'>): void {
  if (args.prefetchSize !== 0) throw notImplemented(`prefetch_size!=0 (${args.prefetchSize})`);
  if (args.global) channel.channelPrefetch = args.prefetchCount;
  else channel.prefetch = args.prefetchCount;
  channel.send('basic.qos-ok', {});
  if (args.global) channel.settle([], () => undefined);
}

/** basic.consume */
export function consume(channel: Channel, args: MethodArguments<'basic.consume'>): void {
  if (args.queue.startsWith('amq.rabbitmq.reply-to')) throw notImplemented('direct reply-to');
  for (const name of Object.keys(args.arguments)) {
    if (name.startsWith('x-')) throw notImplemented(`the consumer argument '${name}'`);
  }
  const queue = channel.queue(args.queue);
  if (channel.consumers.has(args.consumerTag)) {
    throw new AmqpFault(530, `attempt to reuse consumer tag '${args.consumerTag}'`);
  }
  if (queue.settings.quorum && channel.channelPrefetch > 0) {
    throw new AmqpFault(540, `queue '${queue.name}' in vhost '/' does not support global qos`);
  }
  const others = queue.consumers.all;
  const single = queue.settings.singleActiveConsumer && args.exclusive;
  if (single || others.some(({ exclusive }) => exclusive) || (args.exclusive && others.length > 0)) {
    throw new AmqpFault(403, `queue '${queue.name}' in vhost '/' in exclusive use`);
  }
  const tag = args.consumerTag || `amq.ctag-${randomBytes(16).toString('base64url')}`;
  const { exclusive, noAck } = args;
  const consumer = new ChannelConsumer(channel, queue, { tag, exclusive, noAck, prefetch: channel.prefetch });
  channel.consumers.set(tag, consumer);
  if (!args.noWait) channel.send('basic.consume-ok', { consumerTag: tag });
  queue.addConsumer(consumer);
}

/** basic.cancel: what the consumer has not settled stays with the channel. */
export function cancel(channel: Channel, args: MethodArguments<'basic.cancel'>): void {
  const consumer = channel.consumers.get(args.consumerTag);
  if (!args.noWait) channel.send('basic.cancel-ok', { consumerTag: args.consumerTag });
  if (!consumer) return;
  consumer.stopped = true;
  channel.consumers.delete(consumer.tag);
  consumer.queue.removeConsumer(consumer);
}

/** basic.get */
export async function get(channel: Channel, args: MethodArguments<'basic.get'>): Promise<void> {
  const queue = channel.queue(args.queue);
  if (queue.settings.quorum && queue.settings.singleActiveConsumer) {
    throw new AmqpFault(
      405,
      `cannot obtain access to locked queue '${queue.name}' in vhost '/'. basic.get operations are not supported by quorum queues with single active consumer`,
    );
  }
  const found = await queue.get();
  if (!found) {
    channel.send('basic.get-empty', {});
    return;
  }
  const { entry, message } = found;
  if (channel.closed) {
    queue.requeue(entry, false);
    queue.dispatch();
    return;
  }
  channel.held++;
  const release = () => {
    channel.held--;
  };
  const deliveryTag = args.noAck
    ? channel.unsettled.nextTag()
    : channel.unsettled.add({ queue, entry, release });
  const method = encodeMethod(channel.id, 'basic.get-ok', {
    deliveryTag,
    redelivered: entry.redelivered,
    exchange: message.exchange,
    routingKey: message.routingKey,
    messageCount: queue.ready,
  });
  channel.sendMessage(method, queue, entry, message);
  entry.content = undefined;
  if (!args.noAck) return;
  release();
  queue.acknowledge(entry);
}

/** basic.ack */
export function ack(channel: Channel, args: MethodArguments<'basic.ack'>): void {
  channel.settle(channel.unsettled.take(args.deliveryTag, args.multiple), ({ queue, entry }) =>
    queue.acknowledge(entry),
  );
}

/** basic.nack and basic.reject */
export function refuse(channel: Channel, deliveryTag: number, multiple: boolean, requeue: boolean): void {
  channel.settle(channel.unsettled.take(deliveryTag, multiple), ({ queue, entry }) => {
    if (requeue) queue.requeue(entry, true);
    else queue.discard(entry, 'rejected');
  });
}

/** basic.recover */
export function recover(channel: Channel, args: MethodArguments<'basic.recover'>): void {
  if (!args.requeue) throw notImplemented('basic.recover with requeue=false');
  channel.settle(channel.unsettled.takeAll(), ({ queue, entry }) => queue.requeue(entry, true));
  channel.send('basic.recover-ok', {});
}
