import type { Channel, ConsumeMessage } from 'amqplib';
import type { MessageDefinition } from '../../messages/define-message.ts';
import { queueOf, type ServiceName } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { Lanes } from '../lanes.ts';
import type { Logger } from '../telemetry/logger.ts';
import { count, timed } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute, messagingSystem } from '../telemetry/names.ts';
import { failSpan, inSpan } from '../telemetry/spans.ts';
import { Inbox } from './inbox.ts';
import { recordUnreadable, unreadableFrom } from './record-unreadable.ts';
import { goodbye, stayConnected } from './stay-connected.ts';
import { declareInbox } from './topology.ts';
import { fromWire, HEADER, traceOf } from './wire-message.ts';

export type Receiver = {
  connected(): boolean;
  /** Begins no more messages, finishes and acknowledges those it has begun, and leaves the queue to the next instance. */
  close(): Promise<void>;
};

/** Messages that an instance has in hand, at most. */
const PREFETCH = 50;

/**
 * Takes what arrives on a service's queue into the event store: append to the inbox stream of what it is about, then
 * acknowledge. Everything after that is an ordinary event. What cannot be read is recorded in the store as just that, and
 * then goes to the dead queue as it is.
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
  const inbox = new Inbox(store, service);
  const operation = {
    [attribute.messagingSystem]: messagingSystem.broker,
    [attribute.messagingOperationName]: 'consume',
    [attribute.messagingDestination]: queue,
  };
  let leaving = false;
  let consuming: Channel | undefined;

  /** Resolves once the message is safe in the store: as itself, or as one that cannot be read. */
  const take = (delivery: ConsumeMessage): Promise<'taken' | 'unreadable'> => {
    const spanOptions = {
      kind: 'consumer',
      continues: traceOf(delivery),
      attributes: {
        ...operation,
        [attribute.messagingOperationType]: 'process',
      },
    } as const;
    const consume = () =>
      inSpan(`consume ${queue}`, spanOptions, async (span) => {
        try {
          const received = await fromWire(delivery, definitions, store.codec);
          span.setAttributes({
            [attribute.messagingMessageId]: received.messageId,
            [attribute.eventType]: received.message.type,
            [attribute.routingKey]: received.message.type,
            [attribute.correlationId]: received.correlationId,
          });
          await inbox.take(received);
          return 'taken';
        } catch (error) {
          const unreadable = unreadableFrom(error);
          if (unreadable === undefined) throw error;
          failSpan(span, unreadable);
          await recordUnreadable(store, service, delivery, unreadable, new Date().toISOString());
          const { code, message } = unreadable;
          logger.error({ queue, code, error: message }, 'a message cannot be read; the operators see why');
          return 'unreadable';
        }
      });
    return timed(metric.processDuration, operation, consume);
  };

  const connection = stayConnected(url, `receive ${queue}`, logger, async (model, ended) => {
    const channel = await model.createChannel();
    let left = false;
    const leave = () => {
      left = true;
      void model.close().catch(() => undefined);
    };
    channel.on('error', leave);
    await declareInbox(channel, service);
    await channel.prefetch(PREFETCH);
    const work = async (delivery: ConsumeMessage) => {
      // What was delivered on a connection that has ended, or is about to, is delivered again to the next.
      if (ended.aborted || leaving || left) return;
      try {
        const outcome = await take(delivery);
        if (ended.aborted) return;
        if (outcome === 'taken') channel.ack(delivery);
        else channel.nack(delivery, false, false);
      } catch (error) {
        logger.warn(
          { queue, error: String(error) },
          'a message could not be taken in; it will be delivered again',
        );
        // At once, before the next of its lane begins: that one must not get in before this one.
        leave();
      }
    };
    await channel.consume(queue, (delivery) => {
      if (delivery === null) return leave();
      count(metric.consumed, operation);
      const about = String(delivery.properties.headers?.[HEADER.about]);
      void lanes.run(about, () => work(delivery));
    });
    consuming = channel;
  });

  return {
    connected: connection.connected,
    close: () =>
      connection.close(async () => {
        leaving = true;
        await lanes.idle();
        // The consumer is not cancelled: the broker would hand on to the next instance at once, past what is in hand here. A
        // channel that closes gives all of it back first. It goes before its connection, whose goodbye could overtake
        // acknowledgements that are still to be sent.
        if (consuming !== undefined) await goodbye(consuming);
      }),
  };
}
