import t from 'tap';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { connectClient, createEventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventually } from './testing/eventually.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openKillableStore, openTestStore } from './testing/test-store.ts';

/** Remembers what it is given, stream by stream. */
function recorder() {
  const revisions = new Map<string, number[]>();
  let count = 0;
  return {
    handle: async ({ origin: { stream, revision } }: Envelope) => {
      revisions.set(stream, [...(revisions.get(stream) ?? []), revision]);
      count += 1;
    },
    count: () => count,
    seen: () => Object.fromEntries(revisions),
    of: (stream: string) => revisions.get(stream) ?? [],
  };
}

/** A handler that waits at this revision until it is let go. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const upTo = (count: number) => Array.from({ length: count }, (_, revision) => revision);

t.test('a group handles every stream in its order, and streams side by side', async (t) => {
  const store = await openTestStore(t);
  const record = recorder();
  const atOnce = new Set<string>();
  let most = 0;
  const group = testGroup(async (envelope) => {
    const { stream, revision } = envelope.origin;
    t.notOk(atOnce.has(stream), 'one at a time for each stream');
    atOnce.add(stream);
    most = Math.max(most, atOnce.size);
    // The earlier one takes longer: whoever does not wait for it comes out of order.
    for (let turns = 10 - revision; turns > 0; turns -= 1) await new Promise(setImmediate);
    atOnce.delete(stream);
    await record.handle(envelope);
  });
  const streams = upTo(5).map(() => group.stream());
  for (const revision of upTo(10)) {
    for (const stream of streams)
      await store.append(stream, [closed()], revision === 0 ? 'none' : revision - 1);
  }
  const consumer = consume(t, store, group);
  await eventually('all are handled', () => record.count() === 50);
  await consumer.close();
  t.strictSame(record.seen(), Object.fromEntries(streams.map((stream) => [stream, upTo(10)])));
  t.ok(most > 1);
});

t.test('a handler sees the event with all that is to know about it', async (t) => {
  const store = await openTestStore(t);
  const envelopes: Envelope[] = [];
  const group = testGroup(async (envelope) => {
    envelopes.push(envelope);
  });
  const [stream, other] = [group.stream(), group.stream()];
  const event = closed();
  const unheard = {
    ...closed(),
    event: { type: 'TicketStarted', data: { ticketId: event.id, employeeId: event.id } },
  };
  await store.append(stream, [unheard, event], 'none');
  await store.append(other, [event], 'none');
  const consumer = consume(t, store, group);
  await eventually('both are handled', () => envelopes.length === 2);
  await consumer.close();
  t.strictSame(
    envelopes
      .map(({ delivery: { signal, ...delivery }, ...stored }) => ({ ...stored, delivery }))
      .sort((left, right) => right.origin.revision - left.origin.revision),
    [stream, other].map((stream) => ({
      origin: { stream, revision: stream === other ? 0 : 1, eventId: event.id },
      event: event.event,
      metadata: { ...event.metadata, schemaVersion: 1 },
      delivery: {
        group: group.declaration.name,
        kind: 'live',
        attemptId: event.id,
        attempt: 1,
        span: undefined,
      },
    })),
  );
});

t.test('close finishes and settles what is in flight, and leaves the rest to the next', async (t) => {
  const store = await openTestStore(t);
  const first = recorder();
  const { opened, open } = gate();
  const group = testGroup(async (envelope) => {
    await opened;
    await first.handle(envelope);
  });
  const stream = await appendClosed(store, group, 3);
  const other = await appendClosed(store, group);
  const consumer = consume(t, store, group);
  await eventually('all have arrived', () => consumer.state().inFlight === 4);
  const closing = consumer.close();
  open();
  await closing;
  t.strictSame(
    first.seen(),
    { [stream]: [0], [other]: [0] },
    'what had begun is finished, nothing else begins',
  );

  const second = recorder();
  const next = consume(t, store, { ...group, handlers: testGroupHandlers(second.handle) });
  const last = await appendClosed(store, group);
  await eventually(
    'the last is handled',
    () => second.of(last).length === 1 && second.of(stream).length === 2,
  );
  await next.close();
  t.strictSame(second.seen(), { [stream]: [1, 2], [last]: [0] }, 'nothing is handled again');
});

t.test('two instances share a group: each stream is handled by one of them, in its order', async (t) => {
  const store = await openTestStore(t);
  const one = recorder();
  const two = recorder();
  const group = testGroup(one.handle);
  const first = consume(t, store, group);
  const second = consume(t, store, { ...group, handlers: testGroupHandlers(two.handle) });
  await eventually(
    'both are connected',
    () => first.state().condition === 'connected' && second.state().condition === 'connected',
  );
  const streams = await Promise.all(upTo(20).map(() => appendClosed(store, group, 5)));
  await eventually('all are handled', () => one.count() + two.count() >= 100);
  await Promise.all([first.close(), second.close()]);
  t.strictSame(
    { ...one.seen(), ...two.seen() },
    Object.fromEntries(streams.map((stream) => [stream, upTo(5)])),
  );
  t.ok(one.count() > 0 && two.count() > 0, 'both had something to do');
});

t.test('a consumer connects again after the store was killed, and misses nothing', async (t) => {
  const { store, kill, start } = await openKillableStore(t);
  const record = recorder();
  const group = testGroup(record.handle);
  const consumer = consume(t, store, group);
  const before = await appendClosed(store, group);
  await eventually('the first is handled', () => record.of(before).length > 0);
  await kill();
  await eventually('the consumer knows', () => !(consumer.state().condition === 'connected'));
  await start();
  const after = await eventually('the store takes events again', () =>
    appendClosed(store, group, 2).catch(() => undefined),
  );
  await eventually('the later ones are handled', () => record.of(after).length === 2);
  t.strictSame(record.of(after), [0, 1]);
  t.equal(consumer.state().condition === 'connected', true);
  await consumer.close();
});

t.test('what a handler does while the store is killed is handled again, by the same origin', async (t) => {
  const { store, kill, start } = await openKillableStore(t);
  const origins: unknown[] = [];
  const { opened, open } = gate();
  const group = testGroup(async ({ origin, delivery }) => {
    origins.push([origin, delivery.kind, delivery.attempt]);
    if (origins.length === 1) await opened;
  });
  const consumer = consume(t, store, group);
  const stream = group.stream();
  const event = closed();
  await store.append(stream, [event], 'none');
  await eventually('it is in flight', () => origins.length === 1);
  await kill();
  open();
  await start();
  await eventually('it comes again', () => origins.length === 2);
  await consumer.close();
  const same = [{ stream, revision: 0, eventId: event.id }, 'live', 1];
  t.strictSame(origins, [same, same]);
});

t.test('a consumer can be closed while there is no store to connect to', async (t) => {
  const { store: codecOf, kill } = await openKillableStore(t);
  await kill();
  const store = createEventStore(connectClient('esdb://127.0.0.1:1?tls=false', 'test'), codecOf.codec);
  t.teardown(() => store.close());
  const group = testGroup(async () => undefined);
  const consumer = consume(t, store, group);
  await consumer.close();
  t.strictSame(consumer.state(), {
    group: group.declaration.name,
    condition: 'connecting',
    reason: 'There is no connection to the group.',
    inFlight: 0,
    blockedStreams: 0,
  });
});

t.test('a consumer that is closed while it connects leaves nobody in the group', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined);
  await consume(t, store, group).close();
  const again = consume(t, store, group);
  await eventually('the group is there', () => again.state().condition === 'connected');
  const info = await store.client.getPersistentSubscriptionToAllInfo(group.declaration.name);
  t.equal(info.connections.length, 1);
  await again.close();
});

function testGroupHandlers(handle: (envelope: Envelope) => Promise<void>) {
  return testGroup(handle).handlers;
}
