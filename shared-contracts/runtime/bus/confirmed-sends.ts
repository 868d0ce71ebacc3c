// What was published on one connection and is not confirmed yet.
import { type ConfirmChannel, IllegalOperationError, type Message, type Options } from 'amqplib';
import { CodedError } from '../../errors/coded-error.ts';
import { count, record, stopwatch } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';
import { errorType } from '../telemetry/spans.ts';

/** The broker cannot be reached, or did not take the message. It may pass. */
export class BrokerUnavailable extends CodedError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('broker-unavailable', sentence, options);
  }
}

export type Send = {
  readonly exchange: string;
  readonly routingKey: string;
  readonly messageId: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
};

export type ConfirmedSends = {
  /**
   * Resolves once the broker has confirmed the message. `full` is called when the connection takes no more for now.
   *
   * @throws BrokerUnavailable when it came back because no queue is there to take it, was refused, was not confirmed in
   *   time, or everything failed meanwhile.
   */
  send(message: Send, full: () => void): Promise<void>;
  /** Fails everything that is not confirmed. It may have arrived. */
  failAll(error: BrokerUnavailable): void;
};

/** Less than the deadline of any handler, so that a broker that has gone silent is told from a handler that hangs. */
const CONFIRM_LIMIT_MS = 5000;

type Settle = (error?: unknown) => void;

/** @param broken told when this connection had better be replaced by another one. */
export function confirmedSends(
  channel: ConfirmChannel,
  broken: (why: BrokerUnavailable) => void,
): ConfirmedSends {
  /** By message id, as that is all that a return tells; the same message may be on its way more than once. */
  const unsettled = new Map<string, Settle[]>();

  // The broker sends a return before the confirm of the same message, and both in the order of the publishes: so it is
  // the first of those with this id, and what settles it first is right.
  channel.on('return', ({ properties, fields }: Message) => {
    const error = new BrokerUnavailable(`No queue takes what is published to ${fields.exchange}.`);
    count(metric.returned, { [attribute.messagingDestination]: fields.exchange });
    unsettled.get(String(properties.messageId))?.[0]?.(error);
    // On a new connection all that should be there is declared again.
    broken(error);
  });

  return {
    send: ({ exchange, routingKey, messageId, content, options }, full) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          const error = new BrokerUnavailable(`The broker confirmed nothing for ${CONFIRM_LIMIT_MS} ms.`);
          settle(error);
          broken(error);
        }, CONFIRM_LIMIT_MS);
        const seconds = stopwatch();
        let settled = false;
        const settle: Settle = (error) => {
          clearTimeout(late);
          if (settled) return;
          settled = true;
          const failed = error === undefined ? {} : { [attribute.errorType]: errorType(error) };
          record(
            metric.confirmDuration,
            { [attribute.messagingDestination]: exchange, ...failed },
            seconds(),
          );
          const others = (unsettled.get(messageId) ?? []).filter((other) => other !== settle);
          if (others.length > 0) unsettled.set(messageId, others);
          else unsettled.delete(messageId);
          if (error === undefined) resolve();
          else reject(error);
        };
        unsettled.set(messageId, [...(unsettled.get(messageId) ?? []), settle]);
        try {
          const room = channel.publish(exchange, routingKey, content, options, (cause: unknown) => {
            if (cause === null || cause === undefined) settle();
            else settle(new BrokerUnavailable('The broker did not confirm the message.', { cause }));
          });
          if (!room) full();
        } catch (cause) {
          const closing = cause instanceof IllegalOperationError;
          settle(
            closing ? new BrokerUnavailable('The connection to the broker is closing.', { cause }) : cause,
          );
        }
      }),
    failAll: (error) => {
      for (const settle of [...unsettled.values()].flat()) settle(error);
    },
  };
}
