// Between the services: copies of all that is published, and queues that are held up, so that a test can hand messages on
// more than once or in another order.
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect, type Options } from 'amqplib';
import { exchangeOf, queueOf, type ServiceName } from '../../../../shared-contracts/messages/names.ts';
import { declareInbox } from '../../../../shared-contracts/runtime/bus/topology.ts';

/** A message as it is published. */
export type WireMessage = { readonly content: Buffer; readonly options: Options.Publish };

export type HeldQueue = {
  /**
   * What has arrived, in its order; each message once, where it came first. A publisher that waited too long for a confirm, as
   * on a busy machine, sends again what is here already: turned round, the second copy would come first after all.
   */
  readonly messages: readonly WireMessage[];
  /** Gives all of it back unsettled, so that it is delivered again, in its order, to the service. */
  giveBack(): Promise<void>;
  /** Puts all of it into the queue anew, the last first, and leaves it to the service. Nothing may arrive meanwhile. */
  turnRound(): Promise<void>;
};

export type Interceptor = {
  /**
   * Becomes the consumer of a service's queue as soon as no other is before it. To be called before the service runs, or
   * before it is killed.
   */
  hold(service: ServiceName): Promise<HeldQueue>;
  /** Hears of each message that is published for the service from now on. */
  copies(service: ServiceName, onCopy: (message: WireMessage) => void): Promise<void>;
  /** Puts messages into the queue of the service, as they were published. */
  publish(service: ServiceName, messages: readonly WireMessage[]): Promise<void>;
};

export async function startInterceptor(
  t: { teardown(undo: () => Promise<void>): void },
  amqp: string,
): Promise<Interceptor> {
  const open = async (): Promise<[ChannelModel, ConfirmChannel]> => {
    const connection = await connect(amqp);
    // A broker that is stopped before the test ends its connections.
    connection.on('error', () => undefined);
    t.teardown(() => connection.close().catch(() => undefined));
    return [connection, await connection.createConfirmChannel()];
  };
  const [, publishing] = await open();
  const publish = async (service: ServiceName, messages: readonly WireMessage[]) => {
    for (const { content, options } of messages) publishing.sendToQueue(queueOf(service), content, options);
    await publishing.waitForConfirms();
  };

  return {
    publish,
    copies: async (service, onCopy) => {
      const [, channel] = await open();
      await declareInbox(channel, service);
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchangeOf(service), '#');
      await channel.consume(queue, (message) => message !== null && onCopy(again(message)), { noAck: true });
    },
    hold: async (service) => {
      const [connection, channel] = await open();
      await declareInbox(channel, service);
      const messages: WireMessage[] = [];
      const known = new Set<unknown>();
      let last: ConsumeMessage | undefined;
      const { consumerTag } = await channel.consume(queueOf(service), (message) => {
        if (message === null) return;
        last = message;
        const { messageId } = message.properties;
        if (known.has(messageId)) return;
        known.add(messageId);
        messages.push(again(message));
      });
      return {
        messages,
        giveBack: () => connection.close(),
        turnRound: async () => {
          await channel.cancel(consumerTag);
          await publish(service, messages.toReversed());
          if (last !== undefined) channel.ack(last, true);
          // The channel first: the goodbye of the connection could overtake what the channel has still to send, and what is not
          // acknowledged by then would come back in its old order.
          await channel.close();
          await connection.close();
        },
      };
    },
  };
}

function again({ content, properties }: ConsumeMessage): WireMessage {
  const { messageId, correlationId, type, contentType, headers } = properties;
  return { content, options: { messageId, correlationId, type, contentType, headers, persistent: true } };
}
