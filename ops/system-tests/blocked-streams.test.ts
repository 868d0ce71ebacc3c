// In an ordered group the stream is the queue: nothing overtakes a failed event, and nothing behind it is lost.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { FailedOrigin, FailureEvent } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { attemptInReason } from '../../shared-contracts/runtime/consumer/message/park-reason.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { askReplay } from './testing/ask-replay.ts';
import { eventually } from './testing/eventually.ts';
import { failingAt } from './testing/failing-handler.ts';
import { outline, readLedgerOf } from './testing/read-ledger-of.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const live = (...revisions: readonly number[]) =>
  revisions.map((revision) => ({ revision, kind: 'live', outcome: 'handled' }));
const failed = (revision: number, kind = 'live') => ({ revision, kind, outcome: 'failed' });
const replayed = (revision: number) => ({ revision, kind: 'replay', outcome: 'handled' });

/** Resolves when the store has nothing more for the group: everything delivered is settled. */
function settled(store: EventStore, { declaration: { name } }: SubscriptionGroup, upTo: number) {
  return eventually(`the group has settled what there is`, async () => {
    const { stats } = await store.client.getPersistentSubscriptionToAllInfo(name);
    return (
      Number(stats.totalItems) >= upTo &&
      stats.totalInFlightMessages === 0 &&
      stats.outstandingMessagesCount === 0
    );
  });
}

async function originAt(store: EventStore, stream: string, revision: number): Promise<FailedOrigin> {
  for await (const { origin, event } of store.read(stream, { from: revision, limit: 1 })) {
    return { ...origin, type: event.type };
  }
  throw new Error(`${stream} has no revision ${revision}`);
}

async function tell(store: EventStore, event: FailureEvent): Promise<void> {
  const metadata = {
    $correlationId: 'c',
    $causationId: 'c',
    actor: 'operator:test',
    occurredAt: new Date().toISOString(),
  };
  await store.collect(streamOf.failures(event.data.group), [{ id: randomUUID(), event, metadata }]);
}

t.test('what is behind a failed event waits, and is handled in its order after the replay', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(1);
  const group = testGroup(handler.handle);
  const stream = await appendClosed(store, group, 4);
  const other = await appendClosed(store, group, 3);
  const consumer = consume(t, store, group);
  await settled(store, group, 7);
  t.strictSame(handler.of(stream), [...live(0), failed(1)]);
  t.equal(
    handler.of(other).filter(({ outcome }) => outcome === 'handled').length,
    1,
    'the other stream has its own',
  );
  t.equal(consumer.state().blockedStreams, 2);

  await store.append(stream, [closed()], 3);
  handler.refused.clear();
  await askReplay(store, group, stream, 1);
  await eventually('the stream has flowed on', () => handler.of(stream).length === 6);
  t.strictSame(handler.of(stream), [...live(0), failed(1), replayed(1), ...live(2, 3, 4)]);

  await store.append(stream, [closed()], 4);
  await eventually('it flows again', () => handler.of(stream).length === 7);
  t.strictSame(handler.of(stream).at(-1), live(5)[0]);
  const ofStream = (await readLedgerOf(store, group)).filter(({ data }) =>
    JSON.stringify(data).includes(stream),
  );
  t.strictSame(outline(ofStream), [
    'MessageParked 1',
    'StreamBlocked 1',
    'MessageRecovered 1',
    'StreamReleased 4',
  ]);
});

t.test('a discarded event is left out, and its stream goes on', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(0);
  const group = testGroup(handler.handle);
  const stream = await appendClosed(store, group, 3);
  consume(t, store, group);
  await settled(store, group, 3);
  const origin = await originAt(store, stream, 0);
  const data = { group: group.declaration.name, origin, reason: 'It was a test.', by: 'operator:test' };
  await tell(store, { type: 'MessageDiscarded', data });
  await askReplay(store, group, stream, 0, { origin, release: true });
  await eventually('the stream has flowed on', () => handler.of(stream).length === 3);
  t.strictSame(handler.of(stream), [failed(0), ...live(1, 2)]);
});

t.test('an event that fails while the stream goes on blocks it anew, and can be replayed', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(0, 2);
  const group = testGroup(handler.handle);
  const stream = await appendClosed(store, group, 4);
  consume(t, store, group);
  await settled(store, group, 4);
  handler.refused.delete(0);
  await askReplay(store, group, stream, 0);
  await settled(store, group, 5);
  t.strictSame(handler.of(stream), [failed(0), replayed(0), ...live(1), failed(2)]);
  const links: string[] = [];
  const attempts: unknown[] = [];
  for await (const { event } of store.client.readStream(streamOf.parked(group.declaration.name))) {
    if (event?.data instanceof Uint8Array) links.push(Buffer.from(event.data).toString());
    attempts.push(attemptInReason(Reflect.get(Object(event?.metadata), 'reason')));
  }
  const failures = await Promise.all([0, 2].map((revision) => originAt(store, stream, revision)));
  const ids = failures.map(({ eventId }) => eventId);
  t.strictSame(attempts, ids, 'each names the attempt that failed, whoever wrote it');
  t.strictSame(links, [`0@${stream}`, `2@${stream}`], 'both stand in the parked stream of the store');

  handler.refused.clear();
  await askReplay(store, group, stream, 2);
  await eventually('the stream has flowed on', () => handler.of(stream).length === 6);
  t.strictSame(handler.of(stream).slice(4), [replayed(2), ...live(3)]);
  const entries = await eventually('the ledger tells it', async () => {
    const found = await readLedgerOf(store, group);
    return found.length === 7 && found;
  });
  t.strictSame(outline(entries), [
    'MessageParked 0',
    'StreamBlocked 0',
    'MessageRecovered 0',
    'MessageParked 2',
    'StreamBlocked 2',
    'MessageRecovered 2',
    'StreamReleased 3',
  ]);
});

t.test('a replay that fails leaves the stream blocked', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(0);
  const group = testGroup(handler.handle);
  const stream = await appendClosed(store, group, 2);
  consume(t, store, group);
  await settled(store, group, 2);
  await askReplay(store, group, stream, 0);
  await settled(store, group, 3);
  t.strictSame(handler.of(stream), [failed(0), failed(0, 'replay')]);
  t.strictSame(outline(await readLedgerOf(store, group)), [
    'MessageParked 0',
    'StreamBlocked 0',
    'MessageParked 0',
  ]);
});

t.test('a release that was interrupted is taken up at the start', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(0);
  const group = testGroup(handler.handle);
  const stream = await appendClosed(store, group, 3);
  const first = consume(t, store, group);
  await settled(store, group, 3);
  await first.close();
  const origin = await originAt(store, stream, 0);
  await tell(store, {
    type: 'MessageRecovered',
    data: { group: group.declaration.name, origin, attemptId: randomUUID() },
  });
  consume(t, store, group);
  await eventually('the stream has flowed on', () => handler.of(stream).length === 3);
  t.strictSame(handler.of(stream), [failed(0), ...live(1, 2)]);
});

t.test(
  'a release that is taken up late, when the stream has its next blocker, goes no further',
  async (t) => {
    const store = await openTestStore(t);
    const handler = failingAt(0, 2);
    const group = testGroup(handler.handle);
    const streams: string[] = [];
    for (let stream = 0; stream < 60; stream += 1) streams.push(await appendClosed(store, group, 4));
    const first = consume(t, store, group);
    await settled(store, group, 240);
    await first.close();
    handler.refused.delete(0);
    for (const stream of streams) {
      const origin = await originAt(store, stream, 0);
      const data = { group: group.declaration.name, origin, attemptId: randomUUID() };
      await tell(store, { type: 'MessageRecovered', data });
      await askReplay(store, group, stream, 0);
    }
    const second = consume(t, store, group);
    await eventually('each stream has come to its next blocker', () =>
      streams.every((stream) => handler.of(stream).some(({ revision }) => revision === 2)),
    );
    await settled(store, group, 300);
    await second.close();
    const beyond = streams.flatMap((stream) => handler.of(stream)).filter(({ revision }) => revision > 2);
    t.strictSame(beyond, [], 'nothing is handled behind it');
  },
);

t.test('what is appended while the stream goes on is handled in its order', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(0);
  const group = testGroup(handler.handle, { bufferSize: 5 });
  const stream = await appendClosed(store, group, 20);
  consume(t, store, group);
  consume(t, store, group);
  await settled(store, group, 20);
  handler.refused.clear();
  const appending = (async () => {
    for (let revision = 19; revision < 119; revision += 1) await store.append(stream, [closed()], revision);
  })();
  await askReplay(store, group, stream, 0);
  await appending;
  const firsts = () => [
    ...new Set(
      handler.of(stream).flatMap(({ revision, outcome }) => (outcome === 'handled' ? [revision] : [])),
    ),
  ];
  await eventually('all are handled', () => firsts().length === 120);
  t.strictSame(
    firsts(),
    Array.from({ length: 120 }, (_, revision) => revision),
  );
});

t.test('a replay that was taken back is not handled', async (t) => {
  const store = await openTestStore(t);
  const handler = failingAt(0);
  const group = testGroup(handler.handle);
  const stream = await appendClosed(store, group, 1);
  consume(t, store, group);
  await settled(store, group, 1);
  const batch = randomUUID();
  await tell(store, {
    type: 'ReplayCancelled',
    data: { group: group.declaration.name, batch, by: 'operator:test' },
  });
  await askReplay(store, group, stream, 0, { attempt: 2, batch });
  await settled(store, group, 2);
  t.strictSame(handler.of(stream), [failed(0)]);
});
