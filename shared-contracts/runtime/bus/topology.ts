import type { Channel } from 'amqplib';
import { deadQueueOf, exchangeOf, queueOf, type ServiceName } from '../../messages/names.ts';

/**
 * Declares what a service receives by. Both sides declare it, the same way, so that it does not matter which of them
 * starts first: what is published before the receiver has ever run waits in its queue.
 *
 * The queue is a quorum queue with one active consumer: several instances keep the order.
 */
export async function declareInbox(channel: Channel, service: ServiceName): Promise<void> {
  await channel.assertExchange(exchangeOf(service), 'topic', { durable: true });
  await channel.assertQueue(deadQueueOf(service), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.assertQueue(queueOf(service), {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-single-active-consumer': true,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadQueueOf(service),
    },
  });
  await channel.bindQueue(queueOf(service), exchangeOf(service), '#');
}
