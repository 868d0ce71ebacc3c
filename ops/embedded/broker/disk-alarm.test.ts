import { once } from 'node:events';
import t from 'tap';
import { waitFor } from '../shared/testing/wait-for.ts';
import { startBrokerNode } from './node.ts';
import { collect, open, openChannel, textsOf } from './testing/broker-under-test.ts';

t.test('with the disk almost full, who publishes waits and is told; who consumes goes on', async (t) => {
  let free = Number.MAX_SAFE_INTEGER;
  const node = await startBrokerNode({
    dataDir: t.testdir(),
    port: 0,
    pagePort: 0,
    freeSpace: async () => free,
    diskCheckMs: 10,
  });
  t.teardown(() => node.close());
  const broker = { url: `amqp://127.0.0.1:${node.ports.broker}` };
  const page = async () => (await fetch(`http://127.0.0.1:${node.ports.brokerPage}/`)).text();
  const publisher = await open(t, broker);
  const publishing = await publisher.createConfirmChannel();
  await publishing.assertQueue('tasks');
  publishing.sendToQueue('tasks', Buffer.from('before'), { persistent: true });
  await publishing.waitForConfirms();

  free = 49_999_999;
  await waitFor('the page to say so', async () => (await page()).includes('The disk is almost full'));
  const blocked = once(publisher, 'blocked');
  publishing.sendToQueue('tasks', Buffer.from('meanwhile'), { persistent: true });
  t.strictSame(await blocked, ['the disk is almost full']);
  t.match(await page(), /waits for room on the disk/);

  const consuming = await openChannel(t, broker);
  const collected = await collect(consuming, 'tasks', { ack: true });
  t.strictSame(textsOf(await collected.reach(1)), ['before']);
  t.strictSame(
    await consuming.checkQueue('tasks'),
    { queue: 'tasks', messageCount: 0, consumerCount: 1 },
    'nothing more was taken',
  );

  const unblocked = once(publisher, 'unblocked');
  free = 50_000_000;
  await unblocked;
  await publishing.waitForConfirms();
  t.strictSame(textsOf(await collected.reach(2)), ['before', 'meanwhile'], 'what was held up is not lost');
  t.notMatch(await page(), /almost full|waits for room/);
});
