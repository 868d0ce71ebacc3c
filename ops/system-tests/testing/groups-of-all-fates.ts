import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { askReplay } from './ask-replay.ts';
import { recoveryOf, untilCount } from './failing-group.ts';
import { appendClosed, closed, consume, testGroup } from './test-group.ts';
import type { Teardown } from './test-store.ts';

/**
 * Consumers of four groups, of which everything can be counted; they end with the test.
 *
 * - `free`: one event in each of five streams. Two are parked, one of which is replayed and recovers; a third one works at the
 *   third attempt.
 * - `ordered`: three events in a stream. The second one is parked, and the third one waits behind it.
 * - `batched`: four events, all of which work.
 * - `paused`: one event, before which it pauses, since what it needs is not there.
 *
 * @returns the names of the groups, which are random, with what they are called here; and the recovery of the two that fail.
 */
export async function runGroupsOfAllFates(t: Teardown, store: EventStore) {
  const refused = () => new PermanentFailure('mail-refused', 'The mail server refused it.');
  const doomed = ['', ''];
  const tries = new Map<string, number>();
  const free = testGroup(
    async ({ origin, delivery }) => {
      if (doomed.includes(origin.stream) && delivery.kind === 'live') throw refused();
      const left = tries.get(origin.stream) ?? 0;
      tries.set(origin.stream, left - 1);
      if (left > 0) throw new Error('Not now.');
    },
    { order: 'free' },
  );
  const ordered = testGroup(async ({ origin }) => {
    if (origin.revision === 1) throw refused();
  });
  const batched = testGroup(async () => undefined, { batch: { size: 10, handle: async () => undefined } });
  const nobody = Object.assign(new Error('Nobody listens.'), { code: 'ECONNREFUSED' });
  const paused = testGroup(() => Promise.reject(nobody), {
    patienceMs: -1,
    probe: () => Promise.reject(nobody),
  });
  for (let index = 0; index < 5; index += 1) {
    const stream = free.stream();
    if (index < 2) doomed[index] = stream;
    if (index === 2) tries.set(stream, 2);
    await store.append(stream, [closed()], 'none');
  }
  await appendClosed(store, ordered, 3);
  await appendClosed(store, batched, 4);
  await appendClosed(store, paused, 1);
  const groups = [free, ordered, batched, paused];
  for (const group of groups) consume(t, store, group);
  const recoveries = [recoveryOf(store, free), recoveryOf(store, ordered)] as const;
  await untilCount(recoveries[0], 'waiting', 2);
  await untilCount(recoveries[1], 'waiting', 1);
  await askReplay(store, free, doomed[0] ?? '', 0);
  await untilCount(recoveries[0], 'recovered', 1);

  const as = ['free', 'ordered', 'batched', 'paused'];
  const names = new Map(groups.map(({ declaration }, index) => [declaration.name, as[index] ?? '']));
  return { names, recoveries };
}
