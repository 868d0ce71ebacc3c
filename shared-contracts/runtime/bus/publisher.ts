import type { ConfirmChannel, Message } from 'amqplib';
import type { MessageDefinition } from '../../messages/define-message.ts';
import { exchangeOf, type ServiceName } from '../../messages/names.ts';
import type { SealedMessage, Sealing } from '../personal/sealing.ts';
import type { Logger } from '../telemetry/logger.ts';
import { attribute, messagingSystem } from '../telemetry/names.ts';
import { currentCarrier, inSpan } from '../telemetry/spans.ts';
import { stayConnected } from './stay-connected.ts';
import { declareInbox } from './topology.ts';
import { type BusMessage, toWire } from './wire-message.ts';

export type Publisher = {
  /**
   * Publishes to the receiving service, with what is personal encrypted, and waits until the broker has the message safe.
   *
   * @throws ContractViolation when the message does not keep its contract: the receiver would not take it.
   * @throws BrokerUnavailable when there is no connection, or it ended before the confirm came. The message may have
   *   arrived: publishing it again is harmless, since its id is the same.
   */
  publish(message: BusMessage): Promise<void>;
  connected(): boolean;
  /** Fails as long as there is no connection. */
  probe(): Promise<void>;
  close(): Promise<void>;
};

/** The broker cannot be reached, or did not take the message. It may pass. */
export class BrokerUnavailable extends Error {
  readonly code = 'broker-unavailable';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerUnavailable';
  }
}

/** Publishes the messages of one receiving service. */
export function startPublisher(
  url: string,
  to: ServiceName,
  known: readonly MessageDefinition[],
  sealing: Sealing,
  logger: Logger,
): Publisher {
  const types = new Set(known.map(({ type }) => type));
  const exchange = exchangeOf(to);
  const waiting = new Map<string, (error: Error) => void>();
  let channel: ConfirmChannel | undefined;

  const connection = stayConnected(url, `publish to ${exchange}`, logger, async (model, ended) => {
    const opened = await model.createConfirmChannel();
    // A channel that the broker closes takes its connection along, so that both are replaced.
    opened.on('error', () => void model.close().catch(() => undefined));
    opened.on('return', ({ properties }: Message) => {
      waiting.get(properties.messageId)?.(new BrokerUnavailable(`No queue is bound to ${exchange}.`));
    });
    await declareInbox(opened, to);
    channel = opened;
    ended.addEventListener('abort', () => {
      if (channel === opened) channel = undefined;
      for (const fail of waiting.values()) {
        fail(new BrokerUnavailable('The connection to the broker ended before it confirmed.'));
      }
    });
  });

  const send = (message: BusMessage, sealed: SealedMessage) =>
    new Promise<void>((resolve, reject) => {
      const { messageId } = message;
      const settle = (error?: Error) => {
        if (waiting.get(messageId) === settle) waiting.delete(messageId);
        if (error === undefined) resolve();
        else reject(error);
      };
      if (channel === undefined) {
        settle(new BrokerUnavailable('There is no connection to the broker.'));
        return;
      }
      // The broker sends a return before the confirm of the same message, so whatever settles first is right.
      waiting.set(messageId, settle);
      const { content, options } = toWire(message, sealed, currentCarrier());
      channel.publish(exchange, sealed.type, content, options, (error: unknown) => {
        settle(
          error === null || error === undefined
            ? undefined
            : new BrokerUnavailable('The broker did not take the message.', { cause: error }),
        );
      });
    });

  return {
    connected: connection.connected,
    probe: async () => {
      if (!connection.connected()) throw new BrokerUnavailable('There is no connection to the broker.');
    },
    close: connection.close,
    publish: async (message) => {
      const { type } = message.message;
      if (!types.has(type)) throw new TypeError(`${type} is not a message for ${to}`);
      const sealed = await sealing.seal(message.messageId, message.message, message.subject);
      const spanOptions = {
        kind: 'producer',
        attributes: {
          [attribute.messagingSystem]: messagingSystem.broker,
          [attribute.messagingOperationName]: 'publish',
          [attribute.messagingOperationType]: 'send',
          [attribute.messagingDestination]: exchange,
          [attribute.messagingMessageId]: message.messageId,
          [attribute.eventType]: type,
          [attribute.correlationId]: message.correlationId,
        },
      } as const;
      await inSpan(`publish ${exchange}`, spanOptions, () => send(message, sealed));
    },
  };
}
