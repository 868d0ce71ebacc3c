import type { Test } from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import {
  type BrokerUnderTest,
  collect,
  durableQueue,
  faultOf,
  fill,
  open,
  openChannel,
  quiet,
  textsOf,
  unique,
} from '../testing/broker-under-test.ts';
import { slowLink } from '../testing/slow-link.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

/** Who gets which message when, and what happens to those that are not settled. */
export async function consumingCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  await t.test('prefetch bounds what a consumer has; acknowledging several makes room', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await fill(channel, queue, numbers(10));
    await channel.prefetch(3);
    const collector = await collect(channel, queue);
    await collector.reach(3);
    t.same(await channel.checkQueue(queue), { queue, messageCount: 7, consumerCount: 1 });
    t.equal(collector.messages.length, 3);
    const [, second] = collector.messages;
    if (second) channel.ack(second, true);
    await collector.reach(5);
    t.same(await channel.checkQueue(queue), { queue, messageCount: 5, consumerCount: 1 });
    t.same(textsOf(collector.messages), numbers(5));
    channel.ackAll();
    t.same(textsOf(await collector.reach(8)), numbers(8));
  });

  await t.test('the prefetch of a channel bounds all its consumers together', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await fill(channel, queue, numbers(6));
    await channel.prefetch(2, true);
    const first = await collect(channel, queue);
    const second = await collect(channel, queue);
    await waitFor('two messages', () => first.messages.length + second.messages.length === 2);
    t.equal((await channel.checkQueue(queue)).messageCount, 4);
    const [message] = [...first.messages, ...second.messages];
    if (message) channel.ack(message);
    await waitFor('one more', () => first.messages.length + second.messages.length === 3);
    t.equal((await channel.checkQueue(queue)).messageCount, 3);
  });

  await t.test('consumers of one queue take turns', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const collectors = [
      await collect(channel, queue),
      await collect(channel, queue),
      await collect(channel, queue),
    ];
    await fill(channel, queue, numbers(9));
    for (const collector of collectors) await collector.reach(3);
    t.same(
      collectors.map(({ messages }) => messages.length),
      [3, 3, 3],
    );
    for (const { messages } of collectors) t.same(textsOf(messages), textsOf(messages).toSorted());
  });

  for (const type of ['classic', 'quorum']) {
    await t.test(`a single active consumer has a ${type} queue alone until it goes`, async (t) => {
      const queue = await durableQueue(t, broker, {
        arguments: { 'x-single-active-consumer': true, 'x-queue-type': type },
      });
      const publisher = await openChannel(t, broker);
      const connections = [await open(t, broker), await open(t, broker), await open(t, broker)];
      const channels = [];
      for (const connection of connections) {
        const channel = quiet(await connection.createChannel());
        await channel.prefetch(2);
        channels.push(channel);
      }
      const collectors = [];
      for (const channel of channels) collectors.push(await collect(channel, queue));
      const [first, second, third] = collectors;
      if (!first || !second || !third) throw new Error('There should be three consumers.');
      await fill(publisher, queue, numbers(6));
      t.same(textsOf(await first.reach(2)), ['m0', 'm1']);
      t.same([second.messages, third.messages], [[], []]);
      await connections[0]?.close();
      t.same(textsOf(await second.reach(2)), ['m0', 'm1']);
      t.same(third.messages, []);
      for (const message of second.messages.slice()) channels[1]?.ack(message);
      t.same(textsOf(await second.reach(4)), ['m0', 'm1', 'm2', 'm3']);
      await connections[1]?.close();
      t.same(
        (await third.reach(2)).map(({ content, fields }) => [content.toString(), fields.redelivered]),
        [
          ['m2', true],
          ['m3', true],
        ],
      );
    });
  }

  await t.test('a queue that is handed over while messages come keeps their order', async (t) => {
    const options = { autoDelete: false, arguments: { 'x-single-active-consumer': true } };
    for (let round = 0; round < 5; round++) {
      const queue = await durableQueue(t, broker, options);
      const publisher = await openChannel(t, broker);
      const link = await slowLink(broker.url);
      t.teardown(() => link.close());
      const first = await open(t, link);
      const collector = await collect(quiet(await first.createChannel()), queue);
      const second = await collect(quiet(await (await open(t, broker)).createChannel()), queue);
      let published = 0;
      const publish = () => {
        for (let burst = 0; burst < 40 && published < 1_000; burst++) {
          publisher.sendToQueue(queue, Buffer.from(`m${published++}`), { persistent: true });
        }
        if (published < 1_000) setImmediate(publish);
      };
      publish();
      await collector.reach(50 + round * 50);
      link.close();
      t.same(textsOf(await second.reach(1_000)), numbers(1_000));
    }
  });

  await t.test('a consumer is told when its queue goes', async (t) => {
    const channel = await openChannel(t, broker);
    const queue = unique('queue');
    await channel.assertQueue(queue);
    const collector = await collect(channel, queue);
    await channel.deleteQueue(queue);
    await waitFor('the cancellation', () => collector.cancelled === 1);
    t.same(collector.messages, []);
  });

  await t.test('an exclusive consumer is alone, and a tag is used once', async (t) => {
    const connection = await open(t, broker);
    const channel = quiet(await connection.createChannel());
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await collect(channel, queue, { exclusive: true, consumerTag: 'mine' });
    t.equal(await channel.get(queue), false);
    const second = await connection.createChannel();
    t.equal(await faultOf(second, () => second.consume(queue, () => undefined)), 403);
    const single = quiet(await connection.createChannel());
    const { queue: another } = await single.assertQueue('', { exclusive: true });
    await single.consume(another, () => undefined, { consumerTag: 'twice' });
    t.equal(
      await faultOf(connection, () => single.consume(another, () => undefined, { consumerTag: 'twice' })),
      530,
    );
  });

  await t.test('what quorum queues do not do is refused', async (t) => {
    const queue = await durableQueue(t, broker, {
      arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
    });
    const connection = await open(t, broker);
    const getting = await connection.createChannel();
    t.equal(await faultOf(getting, () => getting.get(queue)), 405);
    const bounded = quiet(await connection.createChannel());
    await bounded.prefetch(2, true);
    t.equal(await faultOf(connection, () => bounded.consume(queue, () => undefined)), 540);
  });

  await t.test('without acknowledgements a message is gone when it is handed over', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await fill(channel, queue, numbers(500));
    await channel.prefetch(1);
    const collector = await collect(channel, queue, { noAck: true });
    t.same(textsOf(await collector.reach(500)), numbers(500));
    await channel.cancel(collector.tag);
    t.same(await channel.deleteQueue(queue), { messageCount: 0 });
    t.equal(await channel.get((await channel.assertQueue('', { exclusive: true })).queue), false);
  });
}
