// An instance dies at one step of handling a message, as by `kill -9`; another goes on. Counted from the streams afterwards,
// every event has had its effect once, and in an ordered group in the order of its stream.
import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { countedGroup, effectsOf, POISON, refusePoison, takeEffect } from './testing/counted-group.ts';
import { eventually } from './testing/eventually.ts';
import { foldLedger } from './testing/folded-ledger.ts';
import { forkConsumer } from './testing/fork-consumer.ts';
import { replayWhatWaits } from './testing/replay-what-waits.ts';
import { closed, consume } from './testing/test-group.ts';
import { openKillableStore } from './testing/test-store.ts';

const EVENTS = 6;

const EVERYWHERE = [
  'before live 0',
  'after live 0',
  'before MessageParked',
  'after MessageParked',
  'after nack',
  'before read-ledger',
  'after read-ledger',
  'after replay 1',
  'after MessageRecovered',
  'before ack',
  'after ack',
];

const WHERE_STREAMS_WAIT = [
  'after live 2',
  'before park-by-hand',
  'after park-by-hand',
  'before StreamReleased',
  'after StreamReleased',
];

const AT_ONCE = 4;

/** One group, whose first instance dies at this moment. */
function dying(t: Test, store: EventStore, url: string, order: SubscriptionGroup['order'], diesAt: string) {
  const tag = `d${randomUUID().slice(0, 8)}`;
  const group = countedGroup(tag, order, async (envelope) => {
    await refusePoison(envelope);
    await takeEffect(store, envelope);
  });
  const streams = [`${tag}-one`, `${tag}-two`];
  const operator = replayWhatWaits(store, group, streams, EVENTS);
  return {
    group,
    streams,
    die: async () => {
      for (const stream of streams)
        await store.append(
          stream,
          Array.from({ length: EVENTS }, () => closed()),
          'none',
        );
      const { ended } = forkConsumer(t, { url, groups: [{ tag, order }], diesAt });
      const how = ended.then((signal) => ({ signal }));
      const { signal } = await eventually(`it dies ${diesAt}`, async () => {
        await operator.isDone();
        return Promise.race([how, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))]);
      });
      t.equal(signal, 'SIGKILL', diesAt);
    },
    goOn: async () => {
      const consumer = consume(t, store, group);
      await eventually(`all is settled after a death ${diesAt}`, operator.isDone);
      await consumer.close();
    },
  };
}

const revisions = Array.from({ length: EVENTS }, (_, revision) => revision);

for (const [order, moments] of [
  ['free', EVERYWHERE],
  ['by-stream', [...EVERYWHERE, ...WHERE_STREAMS_WAIT]],
] as const) {
  t.test(`a group of order ${order} loses nothing and does nothing twice, whenever it dies`, async (t) => {
    const { store, url } = await openKillableStore(t);
    const left = moments.values();
    const work = async () => {
      for (const moment of left) {
        const { group, streams, die, goOn } = dying(t, store, url, order, moment);
        await die();
        await goOn();
        await count(t, store, group, streams, moment);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
}

async function count(
  t: Test,
  store: EventStore,
  group: SubscriptionGroup,
  streams: readonly string[],
  moment: string,
): Promise<void> {
  for (const stream of streams) {
    const effects = await effectsOf(store, stream);
    const told = group.order === 'free' ? effects.toSorted() : effects;
    t.strictSame(told, revisions, `every effect once: ${moment}`);
  }
  const { messages } = await foldLedger(store, group);
  t.strictSame(
    messages.map(({ origin, attempts, state }) => [origin.stream, origin.revision, attempts, state]).sort(),
    streams.flatMap((stream) => [...POISON].map((revision) => [stream, revision, 1, 'recovered'])).sort(),
    `what failed was parked once, and recovered: ${moment}`,
  );
}
