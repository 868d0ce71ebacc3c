// Groups of a node of their own, and consumers that note what arrives and settle nothing by themselves.
import { randomUUID } from 'node:crypto';
import {
  type EventStoreDBClient,
  jsonEvent,
  type PARK,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStreamSettings,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type RETRY,
  type SKIP,
  START,
  type STOP,
} from '@eventstore/db-client';
import type { Test } from 'tap';
import { waitFor } from '../../../shared/testing/wait-for.ts';
import { collect } from '../../testing/answers.ts';
import { startTestNode, type TestNode } from '../../testing/start-node.ts';

/** What a test does with the groups of a node; each group is of a stream of its own, and is called `g`. */
export type TestGroups = TestNode & {
  /** Makes a group from the start of a new stream on. @returns the name of the stream */
  group(settings?: Partial<PersistentSubscriptionToStreamSettings>): Promise<string>;
  info(stream: string): ReturnType<EventStoreDBClient['getPersistentSubscriptionToStreamInfo']>;
  /** What is parked of a stream. */
  parked(stream: string): Promise<readonly ParkedEntry[]>;
  consume(stream: string, bufferSize?: number, name?: string): Consumer;
  consumeAll(name: string, bufferSize?: number): Consumer;
  /** Stops the node and starts it again on the same data; what was here is gone. */
  restarted(): Promise<TestGroups>;
};

export type Consumer = ReturnType<typeof follow>;

type ParkedEntry = {
  readonly type: string | undefined;
  /** The link to what is parked. */
  readonly data: string;
  readonly metadata: { added: string; reason: string; subscriptionEventNumber?: number };
};

export async function openGroups(t: Test): Promise<TestGroups> {
  return groupsOf(await startTestNode(t));
}

function groupsOf(node: TestNode): TestGroups {
  const { client } = node;
  return {
    ...node,
    group: async (settings = {}) => {
      const stream = `s-${randomUUID()}`;
      await client.createPersistentSubscriptionToStream(
        stream,
        'g',
        persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings }),
      );
      return stream;
    },
    info: (stream) => client.getPersistentSubscriptionToStreamInfo(stream, 'g'),
    parked: async (stream) =>
      (await collect(client.readStream(`$persistentsubscription-${stream}::g-parked`))).map(({ event }) => ({
        type: event?.type,
        data: Buffer.from(event?.data as Uint8Array).toString(),
        metadata: event?.metadata as ParkedEntry['metadata'],
      })),
    consume: (stream, bufferSize = 10, name = 'g') =>
      follow(client.subscribeToPersistentSubscriptionToStream(stream, name, { bufferSize })),
    consumeAll: (name, bufferSize = 10) =>
      follow(client.subscribeToPersistentSubscriptionToAll(name, { bufferSize })),
    restarted: async () => groupsOf(await node.restart()),
  };
}

type Delivery = {
  readonly type: string;
  readonly retryCount: number;
  /** The stream of the link that led here. */
  readonly link: string | undefined;
  ack(): Promise<void>;
  nack(action: typeof PARK | typeof RETRY | typeof SKIP | typeof STOP, reason?: string): Promise<void>;
};

function follow(subscription: ReturnType<EventStoreDBClient['subscribeToPersistentSubscriptionToStream']>) {
  const deliveries: Delivery[] = [];
  const ready = new Promise((resolve) => subscription.on('confirmation', resolve));
  const failed = new Promise<Error & { type?: string }>((resolve) => subscription.on('error', resolve));
  subscription.on('data', (resolved) => {
    deliveries.push({
      type: resolved.event?.type ?? '-',
      retryCount: resolved.retryCount,
      link: resolved.link?.streamId,
      ack: () => subscription.ack(resolved),
      nack: (action, reason = '') => subscription.nack(action, reason, resolved),
    });
  });
  return {
    deliveries,
    ready,
    failed,
    /** What was delivered, in order: the types, each with how often it was retried. */
    names: () =>
      deliveries.map(({ type, retryCount }) => (retryCount === 0 ? type : `${type}+${retryCount}`)).join(' '),
    /** Waits until so many were delivered. */
    has: (count: number) => waitFor(`${count} deliveries`, () => deliveries.length >= count),
    leave: () => subscription.unsubscribe(),
  };
}

export function events(...types: string[]) {
  return types.map((type) => jsonEvent({ type, data: { type } }));
}

export function settingsForAll(settings: Partial<PersistentSubscriptionToAllSettings> = {}) {
  return persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...settings });
}
