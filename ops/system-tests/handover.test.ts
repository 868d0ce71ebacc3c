// The store shares streams out anew when an instance joins, with events of them still in the hands of another.
import t from 'tap';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { eventually } from './testing/eventually.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openTwoConnections } from './testing/test-store.ts';

const STREAMS = 20;

t.test(
  'an instance that joins handles nothing before what another has in hand, and nothing is lost',
  async (t) => {
    const [store, cutOff] = await openTwoConnections(t);
    const seen = new Map<string, number[]>();
    const see = async ({ origin: { stream, revision } }: Envelope) => {
      const before = seen.get(stream) ?? [];
      // As an effect with a deterministic id: the second time, nothing happens.
      if (!before.includes(revision)) seen.set(stream, [...before, revision]);
    };
    const letGo: (() => void)[] = [];
    const group = testGroup(() => new Promise((resolve) => letGo.push(resolve)));
    const streams: string[] = [];
    for (let stream = 0; stream < STREAMS; stream += 1) streams.push(await appendClosed(store, group));
    const first = consume(t, cutOff, group);
    await eventually('the first has all in hand', () => letGo.length === STREAMS);

    const second = consume(t, store, { ...group, handlers: testGroup(see).handlers });
    await eventually('the second has joined', () => second.state().condition === 'connected');
    for (const stream of streams) await store.append(stream, [closed()], 0);
    const moved = await eventually('the second handles the streams that it was given', () => {
      const own = streams.filter((stream) => seen.get(stream)?.includes(1));
      return own.length >= STREAMS / 4 && second.state().inFlight === 0 && own;
    });
    t.strictSame(
      moved.map((stream) => seen.get(stream)),
      moved.map(() => [0, 1]),
    );
    t.ok(moved.length < STREAMS, 'the first still has streams of its own');

    await cutOff.client.dispose();
    await eventually('the second has handled the others, too', () =>
      streams.every((stream) => seen.get(stream)?.length === 2),
    );
    t.strictSame(
      streams.map((stream) => seen.get(stream)),
      streams.map(() => [0, 1]),
    );
    for (const go of letGo) go();
    await first.close();
  },
);
