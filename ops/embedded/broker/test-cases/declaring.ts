import type { Test } from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import {
  type BrokerUnderTest,
  drain,
  durableQueue,
  faultOf,
  fill,
  open,
  openChannel,
  quiet,
  unique,
} from '../testing/broker-under-test.ts';

/** Exchanges, queues and bindings: what is declared, what is refused, what goes by itself. */
export async function declaringCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  await t.test('a queue without a name gets one, and is the channel’s last queue', async (t) => {
    const channel = await openChannel(t, broker);
    const declared = await channel.assertQueue('', { exclusive: true });
    t.match(declared.queue, /^amq\.gen-/);
    await fill(channel, declared.queue, ['one', 'two']);
    t.same(await channel.checkQueue(declared.queue), {
      queue: declared.queue,
      messageCount: 2,
      consumerCount: 0,
    });
    t.same(await channel.purgeQueue(''), { messageCount: 2 });
    t.same(await channel.deleteQueue(''), { messageCount: 0 });
  });

  await t.test('deleting what is not there is no error, and conditions are heeded', async (t) => {
    const connection = await open(t, broker);
    const channel = quiet(await connection.createConfirmChannel());
    const queue = (await channel.assertQueue('', { exclusive: true })).queue;
    t.same(await channel.deleteQueue(unique('none')), { messageCount: 0 });
    await channel.deleteExchange(unique('none'));
    await channel.unbindQueue(unique('none'), 'amq.topic', 'x');
    await channel.unbindQueue(queue, unique('none'), 'x');
    await fill(channel, queue, ['one']);
    const attempt = await connection.createChannel();
    t.equal(await faultOf(attempt, () => attempt.deleteQueue(queue, { ifEmpty: true })), 406);
    await channel.consume(queue, () => undefined);
    const again = await connection.createChannel();
    t.equal(await faultOf(again, () => again.deleteQueue(queue, { ifUnused: true })), 406);
  });

  await t.test(
    'exclusive queues go with their connection, auto-delete ones with their last consumer',
    async (t) => {
      const owner = await open(t, broker);
      const watcher = await open(t, broker);
      const channel = quiet(await owner.createChannel());
      const [exclusive, fleeting, exchange] = [unique('own'), unique('fleeting'), unique('fleeting')];
      await channel.assertQueue(exclusive, { exclusive: true });
      await channel.assertQueue(fleeting, { autoDelete: true });
      await channel.assertExchange(exchange, 'direct', { autoDelete: true });
      await channel.bindQueue(fleeting, exchange, 'x');
      const { consumerTag } = await channel.consume(fleeting, () => undefined);
      await channel.consume(fleeting, () => undefined, { consumerTag: 'second' });
      await channel.cancel(consumerTag);
      t.equal((await channel.checkQueue(fleeting)).consumerCount, 1);
      await channel.cancel('second');
      const isGone = async (check: 'checkQueue' | 'checkExchange', name: string) => {
        const probe = quiet(await watcher.createChannel());
        return probe[check](name).then(
          () => probe.close().then(() => false),
          () => true,
        );
      };
      await waitFor('the auto-delete queue to go', () => isGone('checkQueue', fleeting));
      await waitFor('the auto-delete exchange to go', () => isGone('checkExchange', exchange));
      await owner.close();
      await waitFor('the exclusive queue to go', () => isGone('checkQueue', exclusive));
    },
  );

  await t.test('a queue that expires goes when nobody uses it', async (t) => {
    const connection = await open(t, broker);
    const channel = quiet(await connection.createChannel());
    const [unused, used] = [unique('unused'), unique('used')];
    await channel.assertQueue(unused, { expires: 200 });
    await channel.assertQueue(used, { expires: 200 });
    await channel.consume(used, () => undefined);
    // Binding tells whether it is there without counting as use.
    await waitFor('the queue to expire', async () => {
      const probe = quiet(await connection.createChannel());
      const isThere = await probe.bindQueue(unused, 'amq.fanout', '').then(
        () => probe.close().then(() => true),
        () => false,
      );
      return !isThere;
    });
    t.equal((await channel.checkQueue(used)).consumerCount, 1);
    await channel.deleteQueue(used);
  });

  await t.test('purging leaves what someone has', async (t) => {
    const channel = await openChannel(t, broker);
    const queue = await durableQueue(t, broker);
    await fill(channel, queue, ['one', 'two', 'three']);
    const taken = await channel.get(queue);
    t.same(await channel.purgeQueue(queue), { messageCount: 2 });
    if (taken) channel.nack(taken);
    t.same(await drain(channel, queue), ['one']);
  });
}
