import { randomUUID } from 'node:crypto';
import { IssueClosed } from '../../../shared-contracts/messages/issue-events.ts';
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import {
  type RunningConsumer,
  startConsumer,
} from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import { on, type SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { NewEvent } from '../../../shared-contracts/runtime/event-store/stored-event.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import type { Teardown } from './test-store.ts';

export type TestGroup = SubscriptionGroup & {
  /** A new stream that the group hears. */
  stream(): string;
};

/** A group of its own for one test: it hears streams that no other test appends to. */
export function testGroup(
  handle: (envelope: Envelope) => Promise<void>,
  {
    order = 'by-stream',
    ...changes
  }: Partial<Omit<SubscriptionGroup, 'declaration' | 'prefixes' | 'handlers'>> = {},
): TestGroup {
  const tag = randomUUID().slice(0, 8);
  const prefix = `issue${tag}-`;
  return {
    declaration: { name: `customer.${tag}`, service: 'customer', purpose: 'Serves a test.', order },
    prefixes: [prefix],
    order,
    bufferSize: 50,
    deadlineMs: 10_000,
    settingsVersion: 1,
    handlers: [on(IssueClosed, 'close-it', handle)],
    stream: () => `${prefix}${randomUUID()}`,
    ...changes,
  };
}

/** Runs the group; it is closed with the test at the latest. */
export function consume(
  t: Teardown,
  store: EventStore,
  group: SubscriptionGroup,
  logger = createLogger('test', 'silent', 'json'),
): RunningConsumer {
  const consumer = startConsumer({ store, logger }, group);
  t.teardown(() => consumer.close());
  return consumer;
}

/** An event that the group's handler hears. */
export function closed(issueId = randomUUID()): NewEvent {
  return {
    id: randomUUID(),
    event: { type: 'IssueClosed', data: { issueId } },
    metadata: {
      $correlationId: 'conversation-1',
      $causationId: 'cause-1',
      actor: 'customer',
      subject: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
      occurredAt: '2026-11-22T10:15:00.000Z',
    },
  };
}

/** Appends this many events to a new stream of the group. */
export async function appendClosed(store: EventStore, group: TestGroup, count = 1): Promise<string> {
  const stream = group.stream();
  await store.append(
    stream,
    Array.from({ length: count }, () => closed()),
    'none',
  );
  return stream;
}
