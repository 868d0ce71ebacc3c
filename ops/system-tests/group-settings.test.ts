// The settings of a group belong to the newest version of its service; and a group that hangs is told from one that rests.
import t from 'tap';
import { ensureGroup } from '../../shared-contracts/runtime/consumer/ensure-group.ts';
import { watchGroup } from '../../shared-contracts/runtime/consumer/watch-group.ts';
import { eventually } from './testing/eventually.ts';
import { appendClosed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

t.test(
  'only a higher version of the settings updates a group; all others leave its consumers alone',
  async (t) => {
    const store = await openTestStore(t);
    const group = testGroup(async () => undefined, { settingsVersion: 2, bufferSize: 50 });
    const { name } = group.declaration;
    const info = () => store.client.getPersistentSubscriptionToAllInfo(name);
    const consumer = consume(t, store, group);
    await eventually('it is connected', () => consumer.state().condition === 'connected');
    const before = await info();
    t.equal(before.settings.readBatchSize, 50);

    await ensureGroup(store, { ...group, settingsVersion: 2, bufferSize: 100 });
    await ensureGroup(store, { ...group, settingsVersion: 1, bufferSize: 200 });
    const untouched = await info();
    t.equal(untouched.settings.readBatchSize, 50);
    t.equal(untouched.connections.length, 1);
    t.equal(consumer.state().condition, 'connected');

    await ensureGroup(store, { ...group, settingsVersion: 3, bufferSize: 100 });
    t.equal((await info()).settings.readBatchSize, 100);
    await eventually('its consumer comes back', async () => (await info()).connections.length === 1);
    await ensureGroup(store, { ...group, settingsVersion: 2, bufferSize: 50 });
    t.equal(
      (await info()).settings.readBatchSize,
      100,
      'an older instance that starts later changes nothing',
    );
    await consumer.close();
  },
);

t.test('a group that hangs is told from one that works and from one that rests', async (t) => {
  const store = await openTestStore(t);
  let minute = 0;
  let open: (() => void) | undefined;
  let hangs = false;
  let handled = 0;
  const group = testGroup(async () => {
    if (hangs)
      await new Promise<void>((resolve) => {
        open = resolve;
      });
    handled += 1;
  });
  const watch = watchGroup(store, group, () => minute * 60_000);
  const consumer = consume(t, store, group);
  await eventually('it is connected', () => consumer.state().condition === 'connected');

  t.match(await watch.look(), { waiting: false, stillForMs: 0 });
  minute += 10;
  t.match(await watch.look(), { waiting: false, stillForMs: 0 }, 'it rests');

  await appendClosed(store, group);
  await eventually('the first is handled', () => handled === 1);
  hangs = true;
  await appendClosed(store, group);
  await eventually('the second hangs', () => open !== undefined);
  t.match(await watch.look(), { waiting: true, checkpoint: undefined, stillForMs: 0 });
  minute += 10;
  const worked = await eventually('the first is noted', async () => {
    const progress = await watch.look();
    return progress.checkpoint !== undefined && progress;
  });
  t.match(worked, { waiting: true, stillForMs: 0 }, 'something waits, but it works');
  minute += 5;
  t.match(await watch.look(), { waiting: true, stillForMs: 300_000 }, 'it hangs');

  hangs = false;
  open?.();
  const comeOn = await eventually('the second is noted', async () => {
    const progress = await watch.look();
    return !progress.waiting && progress;
  });
  t.equal(comeOn.stillForMs, 0, 'it has come on');
  await consumer.close();
});
