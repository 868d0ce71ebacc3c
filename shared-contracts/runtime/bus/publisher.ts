import type { MessageDefinition } from '../../messages/define-message.ts';
import { exchangeOf, type ServiceName } from '../../messages/names.ts';
import type { SealedMessage, Sealing } from '../personal/sealing.ts';
import type { Logger } from '../telemetry/logger.ts';
import { measureSending } from '../telemetry/measure-sending.ts';
import { attribute, messagingSystem } from '../telemetry/names.ts';
import { currentCarrier, inSpan } from '../telemetry/spans.ts';
import { BrokerUnavailable, type ConfirmedSends, confirmedSends } from './confirmed-sends.ts';
import { SendWindow } from './send-window.ts';
import { stayConnected } from './stay-connected.ts';
import { declareInbox } from './topology.ts';
import { type BusMessage, toWire } from './wire-message.ts';

export type Publisher = {
  /**
   * Publishes to the receiving service, with what is personal encrypted, and waits until the broker has the message safe.
   *
   * Messages go out in the order in which this is called, a limited number of them unconfirmed at a time. After a failure
   * the order is the caller's: what is to come after this message must not be published before this one was confirmed,
   * so that a repeat never overtakes it. (The groups that publish do one event of a stream at a time.)
   *
   * @throws ContractViolation when the message does not keep its contract: the receiver would not take it.
   * @throws BrokerUnavailable when there is no connection, it ended before the confirm came, the broker takes nothing for
   *   now, or no queue is there. The message may have arrived: publishing it again is harmless, since its id is the same.
   */
  publish(message: BusMessage): Promise<void>;
  /** Whether the broker takes messages. */
  connected(): boolean;
  /** Fails as long as it does not. */
  probe(): Promise<void>;
  close(): Promise<void>;
};

/** Messages on the way to the broker that it has not confirmed. */
const MOST_UNCONFIRMED = 256;

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
  const window = new SendWindow(MOST_UNCONFIRMED);
  let sends: ConfirmedSends | undefined;

  const connection = stayConnected(url, `publish to ${exchange}`, logger, async (model, ended) => {
    const channel = await model.createConfirmChannel();
    // What is on its way fails together, and then what waits for its turn: nothing goes out before a repeat of it could.
    const stop = (why: BrokerUnavailable) => {
      if (sends === opened) sends = undefined;
      opened.failAll(why);
      window.goOn();
    };
    const replace = (why: BrokerUnavailable) => {
      stop(why);
      void model.close().catch(() => undefined);
    };
    const opened = confirmedSends(channel, replace);
    channel.on('error', (cause) =>
      replace(new BrokerUnavailable('The broker ended the channel.', { cause })),
    );
    channel.on('drain', () => window.goOn());
    // A broker that runs out of memory or disk reads no more from those who publish, for as long as that takes.
    model.on('blocked', (reason) => stop(new BrokerUnavailable(`The broker takes no messages: ${reason}.`)));
    model.on('unblocked', () => {
      if (!ended.aborted) sends = opened;
    });
    ended.addEventListener('abort', () =>
      stop(new BrokerUnavailable('The connection to the broker ended before it confirmed.')),
    );
    await declareInbox(channel, to);
    if (!ended.aborted) sends = opened;
  });

  const send = async (message: BusMessage, sealed: SealedMessage) => {
    const { content, options } = toWire(message, sealed, currentCarrier());
    await window.enter();
    try {
      if (sends === undefined) throw new BrokerUnavailable('There is no connection to the broker.');
      const { id: messageId, type: routingKey } = sealed;
      await sends.send({ exchange, routingKey, messageId, content, options }, () => window.hold());
    } finally {
      window.leave();
    }
  };

  const connected = () => sends !== undefined;
  return {
    connected,
    probe: async () => {
      if (!connected()) throw new BrokerUnavailable('There is no connection to the broker.');
    },
    close: () => connection.close(),
    publish: async (message) => {
      const { type } = message.message;
      if (!types.has(type)) throw new TypeError(`${type} is not a message for ${to}`);
      const sealed = await sealing.seal(message.messageId, message.message, message.subject);
      const operation = {
        [attribute.messagingSystem]: messagingSystem.broker,
        [attribute.messagingOperationName]: 'publish',
        [attribute.messagingDestination]: exchange,
      };
      const spanOptions = {
        kind: 'producer',
        attributes: {
          ...operation,
          [attribute.messagingOperationType]: 'send',
          [attribute.routingKey]: type,
          [attribute.messagingMessageId]: message.messageId,
          [attribute.eventType]: type,
          [attribute.correlationId]: message.correlationId,
        },
      } as const;
      await measureSending(operation, () =>
        inSpan(`publish ${exchange}`, spanOptions, () => send(message, sealed)),
      );
    },
  };
}
