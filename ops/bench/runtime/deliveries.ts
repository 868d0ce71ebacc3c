// An empty handler over stored events: through the consumer, and by hand with the client.
import { randomUUID } from 'node:crypto';
import { TicketStatusReported } from '../../../shared-contracts/messages/ticket-events.ts';
import { ensureGroup } from '../../../shared-contracts/runtime/consumer/ensure-group.ts';
import {
  type RunningConsumer,
  startConsumer,
} from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import { on, type SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';

const STREAMS = 1000;
const EVENTS_OF_STREAM = 100;
const EVENTS_OF_APPEND = 5;
const DELIVERIES = STREAMS * EVENTS_OF_STREAM;
const IN_FLIGHT = 64;
const BUFFER = 200;

/** Stores what is delivered later: events of many streams, a few of each at a time. */
export async function storeEvents({ client, codec }: EventStore): Promise<void> {
  const tickets = Array.from({ length: STREAMS }, () => randomUUID());
  const appends = STREAMS * (EVENTS_OF_STREAM / EVENTS_OF_APPEND);
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < appends) {
        const ticketId = tickets[next % STREAMS] ?? '';
        next += 1;
        const events = Array.from({ length: EVENTS_OF_APPEND }, () =>
          codec.encode(statusReported(ticketId), TRACE),
        );
        await client.appendToStream(`ticket-${ticketId}`, await Promise.all(events));
      }
    }),
  );
}

const TRACE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

function statusReported(ticketId: string) {
  return {
    id: randomUUID(),
    event: { type: 'TicketStatusReported', data: { ticketId, text: 'We ordered a new drum.' } },
    metadata: {
      $correlationId: ticketId,
      $causationId: ticketId,
      actor: 'employee:ada',
      subject: ticketId,
      occurredAt: '2026-11-22T10:15:00.000Z',
    },
  };
}

/** A group that has heard nothing yet, whose handler does nothing but call back when the last event is there. */
function group(name: string, last: () => void): SubscriptionGroup {
  let seen = 0;
  return {
    declaration: { name, service: 'projections', purpose: 'Serves a benchmark.', order: 'by-stream' },
    prefixes: ['ticket-'],
    order: 'by-stream',
    bufferSize: BUFFER,
    deadlineMs: 10_000,
    settingsVersion: 1,
    handlers: [
      on(TicketStatusReported, 'nothing', async () => {
        seen += 1;
        if (seen === DELIVERIES) last();
      }),
    ],
  };
}

/** @returns deliveries a second. */
export async function deliveriesByRuntime(store: EventStore, round: string): Promise<number> {
  const logger = createLogger('bench', 'warn', 'json');
  const start = performance.now();
  let consumer: RunningConsumer | undefined;
  await new Promise<void>((last) => {
    consumer = startConsumer({ store, logger }, group(round, last));
  });
  const rate = perSecond(start);
  await consumer?.close();
  await store.client.deletePersistentSubscriptionToAll(round);
  return rate;
}

/** A subscription to the same kind of group, that acknowledges each event as it comes. @returns deliveries a second. */
export async function deliveriesByHand(store: EventStore, round: string): Promise<number> {
  const start = performance.now();
  const { client } = store;
  await ensureGroup(
    store,
    group(round, () => undefined),
  );
  const subscription = client.subscribeToPersistentSubscriptionToAll(round, { bufferSize: BUFFER });
  await new Promise<void>((resolve, reject) => {
    let seen = 0;
    subscription.on('error', reject);
    subscription.on('data', (resolved) => {
      void subscription.ack(resolved);
      seen += 1;
      if (seen === DELIVERIES) resolve();
    });
  });
  const rate = perSecond(start);
  await subscription.unsubscribe();
  await client.deletePersistentSubscriptionToAll(round);
  return rate;
}

function perSecond(start: number): number {
  return (DELIVERIES * 1000) / (performance.now() - start);
}
