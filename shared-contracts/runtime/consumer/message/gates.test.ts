// Whether a delivery is handled, by what the ledger says once it is read to its end.
import type { RecordedEvent } from '@eventstore/db-client';
import t from 'tap';
import type { FailureEvent } from '../../../messages/failure-events.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { neverCalled } from '../../testing/never-called.ts';
import { LedgerState } from '../ledger/ledger-state.ts';
import type { SubscriptionGroup } from '../subscription-group.ts';
import { passGate } from './gates.ts';
import type { Identified } from './identify.ts';
import { parkReason } from './park-reason.ts';
import { ACK, type Settlement } from './settlement.ts';
import { StreamOrder } from './stream-order.ts';

/** A delivery whose event was found. */
type Found = Extract<Identified, { links: unknown }>;

const stream = 'issue-1';
const ids = [0, 1, 2].map((digit) => `3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d1${digit}`);
const eventId = (revision: number) => ids[revision] ?? '';
const replayId = '9f8f3c1a-3f76-4a5e-9d7e-64c1b0a0f1d2';
const batch = '5d9d8a3e-0a55-4c56-9f0c-0b6e4b2f7c10';

function recorded(revision: number): RecordedEvent {
  return {
    streamId: stream,
    id: eventId(revision),
    type: 'IssueClosed',
    revision: BigInt(revision),
    created: new Date('2026-11-22T10:15:00Z'),
    isJson: true,
    data: {},
    metadata: {},
  };
}

const group = (order: SubscriptionGroup['order']): SubscriptionGroup => ({
  declaration: { name: 'customer.test', service: 'customer', purpose: 'Serves a test.', order },
  prefixes: ['issue-'],
  order,
  bufferSize: 1,
  deadlineMs: 1000,
  settingsVersion: 1,
  handlers: [],
});

const name = 'customer.test';
const origin = (revision: number) => ({ stream, revision, eventId: eventId(revision), type: 'IssueClosed' });
const parked = (revision: number, attemptId = eventId(revision)): FailureEvent => ({
  type: 'MessageParked',
  data: {
    group: name,
    origin: origin(revision),
    attemptId,
    attempt: 1,
    handler: 'close-it',
    tries: 1,
    error: { name: 'Error', code: null, message: 'No.', stack: '' },
    correlationId: null,
    traceId: null,
    spanId: null,
    host: 'here',
    occurredAt: '2026-11-22T10:15:00.000Z',
  },
});
const blocked = (revision: number): FailureEvent => ({
  type: 'StreamBlocked',
  data: { group: name, stream, revision, eventId: eventId(revision) },
});
const recovered: FailureEvent = {
  type: 'MessageRecovered',
  data: { group: name, origin: origin(0), attemptId: replayId },
};
const released: FailureEvent = {
  type: 'StreamReleased',
  data: { group: name, stream, revision: 0, eventId: eventId(0) },
};
const asked: FailureEvent = {
  type: 'ReplayRequested',
  data: { group: name, origin: origin(0), replayId, batch, attempt: 2, by: 'operator:test' },
};
const discarded: FailureEvent = {
  type: 'MessageDiscarded',
  data: { group: name, origin: origin(0), reason: 'A test.', by: 'operator:test' },
};

const live = (revision: number): Found => ({
  kind: 'live',
  attemptId: eventId(revision),
  attempt: 1,
  original: recorded(revision),
  links: [],
});
const link: RecordedEvent = { ...recorded(0), streamId: `replay-${name}`, id: replayId, metadata: { batch } };
const replay: Found = { ...live(0), kind: 'replay', attemptId: replayId, links: [link] };

/** What this instance has heard of the ledger, and what the others have written to it since. */
type Ledger = { readonly heard?: readonly FailureEvent[]; readonly since?: readonly FailureEvent[] };

async function gate(
  order: SubscriptionGroup['order'],
  delivery: Found,
  { heard = [], since = [] }: Ledger,
  { handled, returned = false }: { readonly handled?: number; readonly returned?: boolean } = {},
): Promise<'handle' | Settlement> {
  const state = new LedgerState();
  for (const entry of heard) state.take(entry);
  const streamOrder = new StreamOrder();
  if (handled !== undefined) streamOrder.handled(recorded(handled));
  const deps = {
    store: {
      ...neverCalled<EventStore>('The store'),
      client: neverCalled<EventStore['client']>('The stream'),
    },
    logger: neverCalled<Logger>('The logger'),
    stopping: new AbortController().signal,
    ledger: {
      state,
      readToEnd: async () => {
        for (const entry of since) state.take(entry);
      },
      close: async () => undefined,
    },
    order: streamOrder,
    handover: { begin: async () => undefined, firstBefore: async () => undefined },
  };
  return passGate(deps, group(order), delivery, returned);
}

const PARKED_BEFORE = { kind: 'park', reason: parkReason({ error: 'parked-before' }) };

t.test('what was given up and comes again is parked again, and not handled', async (t) => {
  t.strictSame(await gate('free', live(0), { heard: [parked(0)] }), PARKED_BEFORE);
  t.strictSame(await gate('free', live(0), { since: [parked(0)] }, { returned: true }), PARKED_BEFORE);
  t.strictSame(await gate('by-stream', live(0), { heard: [parked(0), blocked(0)] }), PARKED_BEFORE);
  t.strictSame(await gate('free', live(0), {}), 'handle');
});

t.test('what was discarded is left out', async (t) => {
  for (const order of ['free', 'by-stream'] as const)
    t.strictSame(await gate(order, live(0), { heard: [parked(0), discarded] }), ACK);
  t.strictSame(await gate('free', replay, { since: [parked(0), asked, discarded] }), ACK);
});

t.test('a replay is handled while it is on its way, and once', async (t) => {
  t.strictSame(await gate('free', replay, { since: [parked(0), asked] }), 'handle');
  t.strictSame(await gate('free', replay, { since: [parked(0), asked, recovered] }), ACK);
  t.strictSame(await gate('free', replay, { since: [parked(0), asked, parked(0, replayId)] }), PARKED_BEFORE);
});

t.test('a replay that was taken back is left alone; one that the store made is handled', async (t) => {
  const cancelled: FailureEvent = {
    type: 'ReplayCancelled',
    data: { group: name, batch, by: 'operator:test' },
  };
  t.strictSame(await gate('free', replay, { since: [parked(0), asked, cancelled] }), ACK);
  const ofTheStore: Found = { ...replay, links: [{ ...link, metadata: {} }] };
  t.strictSame(await gate('free', ofTheStore, { since: [parked(0)] }), 'handle');
});

t.test('an event behind a failed one waits', async (t) => {
  t.strictSame(await gate('by-stream', live(1), { heard: [parked(0), blocked(0)] }), ACK);
  t.strictSame(await gate('by-stream', live(1), { since: [parked(0), blocked(0)] }), ACK, 'not heard yet');
  const before = [parked(1), blocked(1), { ...recovered, data: { ...recovered.data, origin: origin(1) } }];
  t.strictSame(await gate('by-stream', live(0), { heard: before }), ACK, 'one in front of it was handled');
});

t.test('nothing waits behind what others have released by now: nobody else would handle it', async (t) => {
  const heard = [parked(0), blocked(0)];
  const since = [recovered, released];
  t.strictSame(await gate('by-stream', live(1), { heard, since }), 'handle');
  t.strictSame(await gate('by-stream', live(1), { heard, since }, { handled: 0 }), 'handle');
});

t.test(
  'what this instance has handled on the way of a release is done, unless it was given back',
  async (t) => {
    t.strictSame(await gate('by-stream', live(1), {}, { handled: 1 }), ACK);
    t.strictSame(await gate('by-stream', live(1), {}, { handled: 1, returned: true }), 'handle');
  },
);

t.test('the stream of a discarded or recovered event is read on, whatever comes of it first', async (t) => {
  const isReadOn = { message: 'The stream was called.' };
  const failed = [parked(0), blocked(0)];
  await t.rejects(gate('by-stream', replay, { since: [...failed, asked, discarded] }), isReadOn);
  await t.rejects(gate('by-stream', live(1), { since: [...failed, asked, recovered] }), isReadOn);
});
