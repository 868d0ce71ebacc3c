import type { BindingDefinition } from '../store/definitions.ts';
import { AmqpFault } from '../wire/fault.ts';
import type { MethodArguments } from '../wire/method-codec.ts';
import type { Channel } from './channel.ts';

/** queue.declare: what is answered is on disk. */
export async function declareQueue(channel: Channel, args: MethodArguments<'queue.declare'>): Promise<void> {
  const { broker } = channel;
  const queue = args.passive
    ? broker.queues.get(args.queue, channel.around.connection)
    : broker.queues.declare(
        {
          name: args.queue,
          durable: args.durable,
          exclusive: args.exclusive,
          autoDelete: args.autoDelete,
          arguments: args.arguments,
        },
        channel.around.connection,
      );
  channel.declared(queue);
  if (!args.passive && queue.definition.durable) await broker.store.flushed();
  if (args.noWait) return;
  channel.send('queue.declare-ok', {
    queue: queue.name,
    messageCount: queue.ready,
    consumerCount: queue.consumers.all.length,
  });
}

/** queue.bind */
export async function bindQueue(channel: Channel, args: MethodArguments<'queue.bind'>): Promise<void> {
  const queue = channel.queue(args.queue);
  const kept = queue.definition.durable;
  channel.broker.exchanges.bind(bindingOf(channel, queue.name, args), kept);
  if (kept) await channel.broker.store.flushed();
  if (!args.noWait) channel.send('queue.bind-ok', {});
}

/** queue.unbind: as in RabbitMQ it is no error where there is no queue, nor where it is another connection's own. */
export async function unbindQueue(channel: Channel, args: MethodArguments<'queue.unbind'>): Promise<void> {
  const name = channel.queueName(args.queue);
  channel.broker.exchanges.unbind(bindingOf(channel, name, args));
  await channel.broker.store.flushed();
  channel.send('queue.unbind-ok', {});
}

/** queue.purge */
export async function purgeQueue(channel: Channel, args: MethodArguments<'queue.purge'>): Promise<void> {
  const messageCount = await channel.queue(args.queue).purge();
  if (!args.noWait) channel.send('queue.purge-ok', { messageCount });
}

/** queue.delete: deleting one that is not there is no error, as in RabbitMQ. */
export async function deleteQueue(channel: Channel, args: MethodArguments<'queue.delete'>): Promise<void> {
  const { broker } = channel;
  const name = channel.queueName(args.queue);
  let messageCount = 0;
  if (broker.queues.find(name)) {
    const queue = channel.queue(name);
    if (args.ifUnused && queue.consumers.all.length > 0) {
      throw new AmqpFault(406, `queue '${name}' in vhost '/' in use`);
    }
    if (args.ifEmpty && queue.ready > 0) throw new AmqpFault(406, `queue '${name}' in vhost '/' not empty`);
    messageCount = broker.queues.delete(queue);
    await broker.store.flushed();
  }
  if (!args.noWait) channel.send('queue.delete-ok', { messageCount });
}

function bindingOf(
  channel: Channel,
  queue: string,
  args: MethodArguments<'queue.bind'> | MethodArguments<'queue.unbind'>,
): BindingDefinition {
  // A binding of the queue declared last, with neither name nor key, is by the name of that queue.
  const named = args.queue !== '' || args.routingKey !== '';
  return {
    exchange: args.exchange,
    queue,
    routingKey: named ? args.routingKey : channel.queueName(''),
    arguments: args.arguments,
  };
}
