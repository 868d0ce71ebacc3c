// A queue of a service that does not exist, so that its tests meet no other's on the same broker.
import { randomUUID } from 'node:crypto';
import { type Channel, connect } from 'amqplib';
import {
  CUSTOMER_MESSAGES,
  TicketProgressed,
} from '../../../shared-contracts/messages/integration-messages.ts';
import { deadQueueOf, exchangeOf, queueOf, streamOf } from '../../../shared-contracts/messages/names.ts';
import { type Publisher, startPublisher } from '../../../shared-contracts/runtime/bus/publisher.ts';
import { type Receiver, startReceiver } from '../../../shared-contracts/runtime/bus/receiver.ts';
import { declareInbox } from '../../../shared-contracts/runtime/bus/topology.ts';
import type { BusMessage } from '../../../shared-contracts/runtime/bus/wire-message.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { eventually } from './eventually.ts';
import type { Teardown } from './test-store.ts';

export const BUS_SERVICE = 'projections';
const logger = createLogger('test', 'silent', 'json');

/** A message that waits in a queue. */
export type Waiting = { readonly content: Buffer; readonly redelivered: boolean };

export type TestBus = {
  /** A channel of the test itself. */
  readonly channel: Channel;
  readonly store: EventStore;
  publisher(url?: string): Promise<Publisher>;
  receiver(url?: string): Promise<Receiver>;
  /** Takes all that waits in the queue, or in the dead queue: that many messages at least. */
  takeAll(count: number, which?: 'queue' | 'dead'): Promise<readonly Waiting[]>;
};

/** The queue is empty at first, and gone with the test. */
export async function openTestBus(
  t: Teardown,
  brokerUrl: string,
  store: EventStore,
  known: Parameters<typeof startReceiver>[2] = CUSTOMER_MESSAGES,
): Promise<TestBus> {
  const connection = await connect(brokerUrl);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  await removeInbox(channel);
  await declareInbox(channel, BUS_SERVICE);
  t.teardown(async () => {
    await removeInbox(channel).catch(() => undefined);
    await connection.close().catch(() => undefined);
  });
  const connected = async <Part extends { connected(): boolean; close(): Promise<void> }>(part: Part) => {
    t.teardown(() => part.close());
    await eventually('a connection', () => part.connected());
    return part;
  };
  return {
    channel,
    store,
    publisher: (url = brokerUrl) =>
      connected(startPublisher(url, BUS_SERVICE, CUSTOMER_MESSAGES, store.codec, logger)),
    receiver: (url = brokerUrl) => connected(startReceiver(url, BUS_SERVICE, known, store, logger)),
    takeAll: async (count, which = 'queue') => {
      // A queue with a single active consumer refuses `basic.get`.
      const name = which === 'queue' ? queueOf(BUS_SERVICE) : deadQueueOf(BUS_SERVICE);
      const { messageCount } = await channel.checkQueue(name);
      const taken: Waiting[] = [];
      const { consumerTag } = await channel.consume(
        name,
        (message) => {
          if (message === null) return;
          const { content, fields } = message;
          taken.push({ content, redelivered: fields.redelivered });
        },
        { noAck: true },
      );
      await eventually('all that waits', () => taken.length >= Math.max(count, messageCount));
      await channel.cancel(consumerTag);
      return taken;
    },
  };
}

async function removeInbox(channel: Channel): Promise<void> {
  await channel.deleteQueue(queueOf(BUS_SERVICE));
  await channel.deleteQueue(deadQueueOf(BUS_SERVICE));
  await channel.deleteExchange(exchangeOf(BUS_SERVICE));
}

/** The message of this number about an issue: the same each time. */
export function numbered(about: string, number: number): BusMessage {
  const messageId = deterministicId('test', about, number);
  const { example } = TicketProgressed;
  return {
    messageId,
    about,
    subject: undefined,
    message: {
      type: 'TicketProgressed',
      data: { ...example, issueId: about, ticketRevision: number, note: null },
    },
    correlationId: 'conversation-1',
    causationId: messageId,
    occurredAt: example.at,
    actor: 'system:backoffice.integration',
  };
}

/** The numbers of the messages in the inbox of an issue, in their order. */
export async function numbersIn(store: EventStore, about: string): Promise<readonly unknown[]> {
  const numbers: unknown[] = [];
  for await (const { event } of store.read(streamOf.inbox(BUS_SERVICE, about))) {
    numbers.push(event.data.ticketRevision);
  }
  return numbers;
}

/** Publishes as a group does: one after the other, each until it is confirmed. Calls `after` each time one was. */
export async function publishInOrder(
  publisher: Publisher,
  about: string,
  count: number,
  after: () => Promise<void> = async () => undefined,
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await eventually(`a confirm of ${number}`, async () => {
      await publisher.publish(numbered(about, number));
      return true;
    });
    await after();
  }
}

export function newIssues(count: number): readonly string[] {
  return Array.from({ length: count }, () => randomUUID());
}

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
