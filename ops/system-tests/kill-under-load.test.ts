// Two instances share their groups while events come in; one or the other is killed, again and again, and started anew.
import { randomInt } from 'node:crypto';
import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { effectsOf, POISON } from './testing/counted-group.ts';
import { countedLoads, everyEffectOnce, upTo } from './testing/counted-load.ts';
import { eventually } from './testing/eventually.ts';
import { forkConsumer } from './testing/fork-consumer.ts';
import type { ForkedProcess } from './testing/fork-process.ts';
import { closed } from './testing/test-group.ts';
import { openKillableStore } from './testing/test-store.ts';

const STREAMS = 20;
const EVENTS = 20;
const KILLS = 4;

/** Appends to all streams side by side, one event after the other in each. */
async function appendAll(store: EventStore, streams: readonly string[], onRound: () => void): Promise<void> {
  for (const revision of upTo(EVENTS)) {
    await Promise.all(
      streams.map((stream) => store.append(stream, [closed()], revision === 0 ? 'none' : revision - 1)),
    );
    onRound();
  }
}

t.test('two instances under load, one killed at random: every event has its effect once', async (t) => {
  const { store, url } = await openKillableStore(t);
  const loads = countedLoads(store, { streams: STREAMS, events: EVENTS });
  const start = () => forkConsumer(t, { url, groups: loads.map(({ tag, order }) => ({ tag, order })) });
  const instances: ForkedProcess[] = [start(), start()];

  let rounds = 0;
  const appending = appendAll(
    store,
    loads.flatMap(({ streams }) => streams),
    () => {
      rounds += 1;
    },
  );
  for (const kill of upTo(KILLS)) {
    await eventually('more effects are there', async () => {
      const counts = await Promise.all(
        loads.map(async ({ tag }) => (await effectsOf(store, `${tag}-${randomInt(STREAMS)}`)).length),
      );
      return rounds > kill * 4 && counts.every((count) => count > 0);
    });
    const index = randomInt(instances.length);
    await instances[index]?.kill();
    instances[index] = start();
  }
  await appending;

  for (const load of loads) {
    const messages = await everyEffectOnce(t, store, load);
    t.strictSame(
      messages.map(({ state }) => state),
      upTo(STREAMS * POISON.size).map(() => 'recovered'),
      'what failed has recovered, and nothing else was parked',
    );
  }
  for (const instance of instances) await instance.kill();
});
