// What comes in while processes are killed or updated: a group of either order, and streams of its own for each.
import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { countedGroup, effectsOf } from './counted-group.ts';
import { eventually } from './eventually.ts';
import { foldLedger } from './folded-ledger.ts';
import { replayWhatWaits } from './replay-what-waits.ts';

type CountedLoad = ReturnType<typeof countedLoads>[number];

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** For each order a group that other processes run by its tag, and what of its streams is to come in, in all. */
export function countedLoads(store: EventStore, size: { readonly streams: number; readonly events: number }) {
  return (['free', 'by-stream'] as const).map((order) => {
    const tag = `l${randomUUID().slice(0, 8)}`;
    const group = countedGroup(tag, order, async () => undefined);
    const streams = upTo(size.streams).map((index) => `${tag}-${index}`);
    const operator = replayWhatWaits(store, group, streams, size.events);
    return { tag, order, group, streams, events: size.events, operator };
  });
}

/** Replays what fails until all is settled, and asserts what came of it. Resolves to the messages that had failed. */
export async function everyEffectOnce(t: Test, store: EventStore, load: CountedLoad) {
  const { order, group, streams, events, operator } = load;
  await eventually(`all of the group of order ${order} is settled`, operator.isDone);
  const effects = await Promise.all(
    streams.map(async (stream) => {
      const revisions = await effectsOf(store, stream);
      return order === 'free' ? revisions.toSorted((left, right) => left - right) : revisions;
    }),
  );
  t.strictSame(
    effects,
    streams.map(() => upTo(events)),
    order === 'free' ? 'every effect once' : 'every effect once, in the order of its stream',
  );
  return (await foldLedger(store, group)).messages;
}
