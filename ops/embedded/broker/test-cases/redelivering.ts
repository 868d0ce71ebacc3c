import type { Test } from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import {
  type BrokerUnderTest,
  collect,
  drain,
  durableQueue,
  faultOf,
  fill,
  open,
  openChannel,
  quiet,
} from '../testing/broker-under-test.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

/** What was delivered and not acknowledged: how it comes back, and to whom. */
export async function redeliveringCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  await t.test('what comes back takes its old place and is marked as redelivered', async (t) => {
    const channel = await openChannel(t, broker);
    const queue = await durableQueue(t, broker);
    await fill(channel, queue, numbers(4));
    const first = await channel.get(queue);
    const second = await channel.get(queue);
    const third = await channel.get(queue);
    if (!first || !second || !third) throw new Error('There should be three messages.');
    t.same(
      [first, second, third].map(({ fields }) => [fields.redelivered, fields.messageCount]),
      [
        [false, 3],
        [false, 2],
        [false, 1],
      ],
    );
    channel.reject(second, true);
    channel.nack(third, false, true);
    channel.nack(first, false, true);
    const collector = await collect(channel, queue, { ack: true });
    t.same(
      (await collector.reach(4)).map(({ content, fields }) => [content.toString(), fields.redelivered]),
      [
        ['m0', true],
        ['m1', true],
        ['m2', true],
        ['m3', false],
      ],
    );
  });

  await t.test('a channel or connection that ends gives back what it had, in order', async (t) => {
    const queue = await durableQueue(t, broker);
    const channel = await openChannel(t, broker);
    await fill(channel, queue, numbers(5));
    const connection = await open(t, broker);
    const ending = quiet(await connection.createChannel());
    await (await collect(ending, queue)).reach(5);
    await ending.close();
    const dropped = await collect(quiet(await connection.createChannel()), queue);
    t.same(
      (await dropped.reach(5)).map(({ fields }) => fields.redelivered),
      [true, true, true, true, true],
    );
    await connection.close();
    await waitFor(
      'all messages to come back',
      async () => (await channel.checkQueue(queue)).messageCount === 5,
    );
    t.same(await drain(channel, queue), numbers(5));
  });

  await t.test('recover gives a channel its own messages again', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await fill(channel, queue, numbers(2));
    const collector = await collect(channel, queue);
    await collector.reach(2);
    await channel.recover();
    t.same(
      (await collector.reach(4)).map(({ content, fields }) => [content.toString(), fields.redelivered]),
      [
        ['m0', false],
        ['m1', false],
        ['m0', true],
        ['m1', true],
      ],
    );
  });

  await t.test('a delivery is settled once, by its own channel', async (t) => {
    const connection = await open(t, broker);
    const setup = quiet(await connection.createConfirmChannel());
    const { queue } = await setup.assertQueue('', { exclusive: true });
    await fill(setup, queue, numbers(2));
    const twice = await connection.createChannel();
    const message = await twice.get(queue);
    if (!message) throw new Error('There should be a message.');
    twice.ack(message);
    t.equal(await faultOf(twice, () => twice.ack(message)), 406);
    const other = await connection.createChannel();
    t.equal(await faultOf(other, () => other.reject(message)), 406);
    t.same(await drain(setup, queue), ['m1']);
  });
}
