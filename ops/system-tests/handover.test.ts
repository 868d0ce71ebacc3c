// The store shares streams out anew when an instance joins, with events of them still in the hands of another.
import t from 'tap';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { changedClient } from './testing/changed-client.ts';
import { eventually } from './testing/eventually.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openTwoConnections, type Teardown } from './testing/test-store.ts';

const STREAMS = 20;

/** The effects of each stream, in their order: an event that is handled once more has none. */
function effects() {
  const seen = new Map<string, number[]>();
  return {
    of: (stream: string): readonly number[] => seen.get(stream) ?? [],
    take: async ({ origin: { stream, revision } }: Envelope) => {
      const before = seen.get(stream) ?? [];
      if (!before.includes(revision)) seen.set(stream, [...before, revision]);
    },
  };
}

/** A group whose first instance has the first event of every stream in hand, until it is let go. */
async function startFirst(t: Teardown, [store, cutOff]: readonly [EventStore, EventStore]) {
  const letGo: (() => void)[] = [];
  const group = testGroup(() => new Promise((resolve) => letGo.push(resolve)));
  const streams: string[] = [];
  for (let stream = 0; stream < STREAMS; stream += 1) streams.push(await appendClosed(store, group));
  const first = consume(t, cutOff, group);
  await eventually('the first has all in hand', () => letGo.length === STREAMS);
  const end = async () => {
    for (const go of letGo) go();
    await first.close();
  };
  return { group, streams, end };
}

t.test(
  'an instance that joins handles nothing before what another has in hand, and nothing is lost',
  async (t) => {
    const connections = await openTwoConnections(t);
    const [store, cutOff] = connections;
    const { group, streams, end } = await startFirst(t, connections);
    const { of, take } = effects();
    const second = consume(t, store, { ...group, handlers: testGroup(take).handlers });
    await eventually('the second has joined', () => second.state().condition === 'connected');
    for (const stream of streams) await store.append(stream, [closed()], 0);
    const moved = await eventually('the second handles the streams that it was given', () => {
      const own = streams.filter((stream) => of(stream).includes(1));
      return own.length >= STREAMS / 4 && second.state().inFlight === 0 && own;
    });
    t.strictSame(
      moved.map(of),
      moved.map(() => [0, 1]),
    );
    t.ok(moved.length < STREAMS, 'the first still has streams of its own');

    await cutOff.client.dispose();
    await eventually('the second has handled the others, too', () =>
      streams.every((stream) => of(stream).length === 2),
    );
    t.strictSame(
      streams.map(of),
      streams.map(() => [0, 1]),
    );
    await end();
  },
);

t.test('nor does it where the other has left when the store is asked whether there was one', async (t) => {
  const connections = await openTwoConnections(t);
  const [store, cutOff] = connections;
  const { group, streams, end } = await startFirst(t, connections);
  const { of, take } = effects();
  let isAppended = false;
  const ask = store.client.getPersistentSubscriptionToAllInfo.bind(store.client);
  const client = changedClient(store.client, {
    getPersistentSubscriptionToAllInfo: async (...args) => {
      // As if the first had joined between this question and the joining of the second.
      if (second.state().condition !== 'connected') {
        const told = await ask(...args);
        return { ...told, connections: [], stats: { ...told.stats, totalItems: 0n } };
      }
      // The client loses what one client appends when another in the process is disposed of.
      await eventually('all is appended', () => isAppended);
      await cutOff.client.dispose();
      return eventually('the first has left', async () => {
        const told = await ask(...args);
        return told.connections.length === 1 && told;
      });
    },
  });
  const second = consume(t, { ...store, client }, { ...group, handlers: testGroup(take).handlers });
  await eventually('the second has joined', () => second.state().condition === 'connected');
  for (const stream of streams) await store.append(stream, [closed()], 0);
  isAppended = true;
  await eventually('the second has handled all', () => streams.every((stream) => of(stream).length === 2));
  t.strictSame(
    streams.map(of),
    streams.map(() => [0, 1]),
  );
  await end();
});
