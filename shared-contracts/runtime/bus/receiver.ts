import type { Channel, ConsumeMessage } from 'amqplib';
import { ContractViolation } from '../../messages/decode-message.ts';
import type { MessageDefinition } from '../../messages/define-message.ts';
import { queueOf, type ServiceName } from '../../messages/names.ts';
import { Lanes } from '../consumer/lanes.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { attribute, messagingSystem } from '../telemetry/names.ts';
import { inSpan } from '../telemetry/spans.ts';
import { appendToInbox } from './append-to-inbox.ts';
import { stayConnected } from './stay-connected.ts';
import { declareInbox } from './topology.ts';
import { ABOUT_HEADER, fromWire } from './wire-message.ts';

export type Receiver = { connected(): boolean; close(): Promise<void> };

const PREFETCH = 50;

/**
 * Takes what arrives on a service's queue into the event store: append to the inbox stream of what it is about, then
 * acknowledge. Everything after that is an ordinary event. What is not a message of this queue goes to the dead queue.
 */
export function startReceiver(
  url: string,
  service: ServiceName,
  known: readonly MessageDefinition[],
  store: EventStore,
  logger: Logger,
): Receiver {
  const definitions = new Map(known.map((definition) => [definition.type, definition]));
  const queue = queueOf(service);
  const lanes = new Lanes();

  const take = async (channel: Channel, delivery: ConsumeMessage, ended: AbortSignal) => {
    if (ended.aborted) return;
    const received = await read(delivery);
    if (received instanceof ContractViolation) {
      logger.error(
        { queue, error: received.message },
        'a message cannot be read; it is kept in the dead queue',
      );
      channel.nack(delivery, false, false);
      return;
    }
    const spanOptions = {
      kind: 'consumer',
      continues: received.trace,
      attributes: {
        [attribute.messagingSystem]: messagingSystem.broker,
        [attribute.messagingOperationName]: 'receive',
        [attribute.messagingOperationType]: 'receive',
        [attribute.messagingDestination]: queue,
        [attribute.messagingMessageId]: received.messageId,
        [attribute.eventType]: received.message.type,
        [attribute.correlationId]: received.correlationId,
      },
    } as const;
    await inSpan(`receive ${queue}`, spanOptions, async () => {
      await appendToInbox(store, service, received);
      if (!ended.aborted) channel.ack(delivery);
    });
  };

  const read = async (delivery: ConsumeMessage) => {
    try {
      return await fromWire(delivery, definitions, store.codec);
    } catch (error) {
      if (error instanceof ContractViolation) return error;
      throw error;
    }
  };

  const connection = stayConnected(url, `receive ${queue}`, logger, async (model, ended) => {
    const channel = await model.createChannel();
    const leave = () => void model.close().catch(() => undefined);
    channel.on('error', leave);
    await declareInbox(channel, service);
    await channel.prefetch(PREFETCH);
    await channel.consume(queue, (delivery) => {
      if (delivery === null) return leave();
      const headers: Record<string, unknown> = delivery.properties.headers ?? {};
      lanes
        .run(String(headers[ABOUT_HEADER]), () => take(channel, delivery, ended))
        .catch((error: unknown) => {
          logger.warn(
            { queue, error: String(error) },
            'a message could not be taken in; it will be delivered again',
          );
          leave();
        });
    });
  });

  return {
    connected: connection.connected,
    close: async () => {
      await connection.close();
      await lanes.idle();
    },
  };
}
