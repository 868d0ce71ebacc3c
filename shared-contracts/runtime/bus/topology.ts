import type { Channel } from 'amqplib';
import { deadQueueOf, exchangeOf, queueOf, type ServiceName } from '../../messages/names.ts';

/** Both queues keep what they have on several servers, where there are several. */
const REPLICATED = { 'x-queue-type': 'quorum' } as const;

/** Arguments of a service's dead queue. */
export const DEAD_QUEUE_ARGUMENTS = REPLICATED;

/** Times that a message may come back: ever, as far as RabbitMQ counts. Its own limit (20, from 4.0) is passed in an outage. */
const MOST_RETURNS = 2_147_483_647;

/** Arguments of a service's queue: one active consumer keeps the order, whatever the number of instances. */
export function queueArguments(service: ServiceName) {
  return {
    ...REPLICATED,
    'x-single-active-consumer': true,
    'x-delivery-limit': MOST_RETURNS,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': deadQueueOf(service),
  } as const;
}

/**
 * Declares what a service receives by. Both sides declare it, the same way, so that it does not matter which of them
 * starts first: what is published before the receiver has ever run waits in its queue.
 */
export async function declareInbox(channel: Channel, service: ServiceName): Promise<void> {
  await channel.assertExchange(exchangeOf(service), 'topic', { durable: true });
  await channel.assertQueue(deadQueueOf(service), { durable: true, arguments: DEAD_QUEUE_ARGUMENTS });
  await channel.assertQueue(queueOf(service), { durable: true, arguments: queueArguments(service) });
  await channel.bindQueue(queueOf(service), exchangeOf(service), '#');
}
