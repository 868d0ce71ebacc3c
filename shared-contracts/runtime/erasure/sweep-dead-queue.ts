import type { ConfirmChannel, GetMessage } from 'amqplib';
import { deadQueueOf, type ServiceName } from '../../messages/names.ts';
import { connectBroker } from '../bus/connect-broker.ts';
import { declareInbox } from '../bus/topology.ts';
import { unreadableIdOf } from '../bus/unreadable-id.ts';
import { takeAuthority } from '../server-url.ts';
import type { IsAbout } from './needles.ts';

const CONNECT_LIMIT_MS = 5000;

/**
 * Takes every message off the dead queue of a service that is about the customer. The others are published to it again, one by
 * one, each before it is taken off: a message that only came back would be counted, and be dropped by its queue after some
 * times. After a crash one may be there twice; none is lost.
 *
 * @returns the ids under which the store has recorded those that were taken off.
 */
export async function sweepDeadQueue(
  url: string,
  service: ServiceName,
  isAbout: IsAbout,
): Promise<readonly string[]> {
  const connection = await connectBroker(takeAuthority(url), { timeout: CONNECT_LIMIT_MS });
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    await declareInbox(channel, service);
    const queue = deadQueueOf(service);
    const { messageCount } = await channel.checkQueue(queue);
    const removed: string[] = [];
    for (let looked = 0; looked < messageCount; looked += 1) {
      const message = await channel.get(queue);
      if (message === false) break;
      if (isAbout(message.content.toString(), JSON.stringify(message.properties)))
        removed.push(unreadableIdOf(service, message));
      else await publishAgain(channel, queue, message);
      channel.ack(message);
    }
    await channel.close();
    return removed;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function publishAgain(channel: ConfirmChannel, queue: string, message: GetMessage): Promise<void> {
  const { clusterId, deliveryMode, ...properties } = message.properties;
  channel.sendToQueue(queue, message.content, { ...properties, persistent: true });
  await channel.waitForConfirms();
}
