// What handlers depend on is down: nothing is parked, nothing is lost, and the group comes back by itself.
import t from 'tap';
import { eventually } from './testing/eventually.ts';
import { readLedgerOf } from './testing/read-ledger-of.ts';
import { appendClosed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

t.test('in an outage the group pauses, and goes on in order when it is over', async (t) => {
  const store = await openTestStore(t);
  let down = true;
  let tries = 0;
  const handled: number[] = [];
  const connect = async () => {
    if (down) throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1025'), { code: 'ECONNREFUSED' });
  };
  const group = testGroup(
    async ({ origin }) => {
      tries += 1;
      await connect();
      handled.push(origin.revision);
    },
    { patienceMs: 200, probe: connect },
  );
  await appendClosed(store, group, 10);
  const consumer = consume(t, store, group);
  await eventually('it pauses', () => consumer.state().condition === 'paused');
  t.equal(consumer.state().reason, 'What the handlers need is down (ECONNREFUSED).');
  await eventually('the group is left', async () => {
    const info = await store.client.getPersistentSubscriptionToAllInfo(group.declaration.name);
    return info.stats.totalInFlightMessages === 0;
  });
  const before = tries;

  down = false;
  await eventually('all are handled', () => handled.length === 10);
  t.strictSame(handled, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.ok(tries - before <= 10, 'nothing was tried while the probe failed');
  t.equal(consumer.state().condition, 'connected');
  t.strictSame(await readLedgerOf(store, group), []);
});

t.test('what fails for another reason is tried for a while, then parked', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(
    async () => {
      throw new Error('The mailbox is full.');
    },
    { budgetMs: 500 },
  );
  await appendClosed(store, group);
  consume(t, store, group);
  const [parked] = await eventually('it is parked', async () => {
    const entries = await readLedgerOf(store, group);
    return entries.length > 0 && entries;
  });
  t.ok(Number(parked?.data.tries) > 1, `after ${String(parked?.data.tries)} tries`);
});
