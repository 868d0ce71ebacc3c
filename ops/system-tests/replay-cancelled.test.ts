// What a cancelled replay has not brought to the handler yet waits for a person again, and stays out of the handler's way.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { NotThere } from '../../shared-contracts/errors/not-possible.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { progressOf } from '../recovery/replay/progress.ts';
import { cancelReplay, carryOut, startReplay } from '../recovery/replay/replay.ts';
import { eventually } from './testing/eventually.ts';
import { newestOf, recoveryOf, seedFailures, untilCount } from './testing/failing-group.ts';
import { OPERATOR, replay, told } from './testing/replays.ts';
import { consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

t.test('a cancelled replay: what was not handled yet waits again', async (t) => {
  const store = await openTestStore(t);
  const handled: string[] = [];
  const group = testGroup(
    async ({ origin, delivery }) => {
      if (delivery.kind === 'replay') handled.push(origin.eventId);
    },
    { order: 'free' },
  );
  await seedFailures(store, group, 1000);
  const recovery = recoveryOf(store, group);
  const commandId = randomUUID();
  await startReplay(recovery, {}, { by: OPERATOR, commandId });
  const carried = carryOut(recovery, commandId);
  await eventually('some are asked for', () => recovery.ledger.index.count('replaying') > 0);
  await cancelReplay(recoveryOf(store, group), commandId, 'operator:kim');
  await carried;
  await recovery.ledger.readToEnd();
  const facts = recovery.ledger.index.replay(commandId);
  if (facts === undefined) throw new Error('The replay is not in the ledger.');
  const progress = progressOf(facts);
  t.equal(recovery.ledger.index.count('waiting'), 1000);
  t.match(progress, { cancelled: true, ended: true, queued: 0, recovered: 0, withdrawn: progress.requested });
  await carryOut(recovery, commandId);
  t.equal(recovery.ledger.index.count('waiting'), 1000, 'nothing more is asked for');

  const { eventId } = newestOf(recovery, 'waiting', 1)[0] ?? { eventId: '' };
  await replay(recovery, { messages: [eventId] });
  consume(t, store, group);
  await untilCount(recovery, 'recovered', 1);
  t.strictSame(handled, [eventId], 'the group leaves the links of the cancelled replay alone');
  await t.rejects(cancelReplay(recovery, randomUUID(), OPERATOR), NotThere);
});

t.test('requests that cross a cancellation: the ledger says after them that it is cancelled', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 3);
  const commandId = randomUUID();
  const crossed: EventStore = {
    ...store,
    collect: async (stream, events) => {
      if (events[0]?.event.type === 'ReplayRequested') {
        await cancelReplay(recoveryOf(store, group), commandId, 'operator:kim');
      }
      return store.collect(stream, events);
    },
  };
  const recovery = recoveryOf(crossed, group);
  await startReplay(recovery, {}, { by: OPERATOR, commandId });
  const before = (await told(recovery)).length;
  await carryOut(recovery, commandId);
  t.strictSame(
    (await told(recovery, before)).map(({ type }) => type),
    ['ReplayCancelled', 'ReplayRequested', 'ReplayRequested', 'ReplayRequested', 'ReplayCancelled'],
  );
  await recovery.ledger.readToEnd();
  t.equal(recovery.ledger.index.count('waiting'), 3);
});
