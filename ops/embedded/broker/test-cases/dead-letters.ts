import type { ConfirmChannel } from 'amqplib';
import type { Test } from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import {
  type BrokerUnderTest,
  collect,
  drain,
  durableQueue,
  fill,
  openChannel,
  textsOf,
  unique,
} from '../testing/broker-under-test.ts';

/** Messages that are refused, wait too long, or do not fit. */
export async function deadLetterCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  await t.test('a rejected message goes to the dead letters with its history', async (t) => {
    const channel = await openChannel(t, broker);
    const dead = await durableQueue(t, broker);
    const queue = await durableQueue(t, broker, { deadLetterExchange: '', deadLetterRoutingKey: dead });
    for (let round = 1; round <= 2; round++) {
      channel.sendToQueue(queue, Buffer.from('bad'), {
        messageId: 'm-1',
        headers: { keep: 'me' },
        persistent: true,
      });
      const message = await taken(channel, queue);
      channel.reject(message, false);
      const letter = await taken(channel, dead);
      t.equal(letter.content.toString(), 'bad');
      t.same(
        [letter.fields.exchange, letter.fields.routingKey, letter.fields.redelivered],
        ['', dead, false],
      );
      const { headers = {}, messageId, deliveryMode } = letter.properties;
      const [death] = headers['x-death'] ?? [];
      t.same([messageId, deliveryMode, headers.keep], ['m-1', 2, 'me']);
      t.same(
        [headers['x-first-death-queue'], headers['x-first-death-reason'], headers['x-first-death-exchange']],
        [queue, 'rejected', ''],
      );
      t.same(
        { ...death, time: undefined },
        {
          count: 1,
          reason: 'rejected',
          queue,
          time: undefined,
          exchange: '',
          'routing-keys': [queue],
        },
      );
      channel.ack(letter);
    }
  });

  await t.test('a message that goes round counts its deaths', async (t) => {
    const channel = await openChannel(t, broker);
    const work = unique('work');
    const wait = await durableQueue(t, broker, {
      deadLetterExchange: '',
      deadLetterRoutingKey: work,
      messageTtl: 1,
    });
    await channel.assertQueue(work, {
      exclusive: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: wait,
    });
    channel.sendToQueue(work, Buffer.from('again'), {});
    for (let round = 0; round < 2; round++) channel.nack(await taken(channel, work), false, false);
    const third = await taken(channel, work);
    t.same(
      (third.properties.headers?.['x-death'] ?? []).map(({ queue, reason, count }) => [queue, reason, count]),
      [
        [wait, 'expired', 2],
        [work, 'rejected', 2],
      ],
    );
  });

  await t.test('messages that wait too long go, by the queue’s limit or their own', async (t) => {
    const channel = await openChannel(t, broker);
    const dead = await durableQueue(t, broker);
    const letters = { deadLetterExchange: '', deadLetterRoutingKey: dead };
    const short = await durableQueue(t, broker, { ...letters, messageTtl: 30 });
    const plain = await durableQueue(t, broker, letters);
    channel.sendToQueue(short, Buffer.from('limit of the queue'), { expiration: 60_000 });
    channel.sendToQueue(plain, Buffer.from('limit of its own'), { expiration: 60, persistent: true });
    channel.sendToQueue(plain, Buffer.from('stays'), {});
    await channel.waitForConfirms();
    const collector = await collect(channel, dead, { ack: true });
    const gone = (await collector.reach(2)).map(({ content, properties: { expiration, headers } }) => {
      const death = headers?.['x-death']?.[0];
      return [content.toString(), expiration, death?.reason, death?.['original-expiration']];
    });
    // They come from two queues, of which either may be the faster one on a busy machine.
    t.same(gone.toSorted(), [
      ['limit of its own', undefined, 'expired', '60'],
      ['limit of the queue', undefined, 'expired', '60000'],
    ]);
    t.same(await drain(channel, plain), ['stays']);
  });

  await t.test('dead letters that would go round by themselves for ever end', async (t) => {
    const channel = await openChannel(t, broker);
    const name = unique('round');
    const round = { messageTtl: 1, deadLetterExchange: '', deadLetterRoutingKey: name, durable: false };
    await channel.assertQueue(name, { ...round, exclusive: true });
    await fill(channel, name, ['round and round']);
    await waitFor('the end of it', async () => (await channel.checkQueue(name)).messageCount === 0);
    t.equal(await channel.get(name), false);
  });

  await t.test('a message that may not wait goes to who takes it at once, or nowhere', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 0 });
    await fill(channel, queue, ['nobody there']);
    await waitFor('it to go', async () => (await channel.checkQueue(queue)).messageCount === 0);
    await channel.prefetch(1);
    const collector = await collect(channel, queue);
    await fill(channel, queue, ['taken', 'too many']);
    await collector.reach(1);
    await waitFor('the other to go', async () => (await channel.checkQueue(queue)).messageCount === 0);
    for (const message of collector.messages) channel.ack(message);
    await channel.checkQueue(queue);
    t.same(textsOf(collector.messages), ['taken']);
  });

  await t.test('a full queue drops its head, or refuses what comes', async (t) => {
    const channel = await openChannel(t, broker);
    const dead = await durableQueue(t, broker);
    const dropping = await durableQueue(t, broker, {
      maxLength: 2,
      deadLetterExchange: '',
      deadLetterRoutingKey: dead,
    });
    await fill(channel, dropping, ['one', 'two', 'three', 'four']);
    t.same(await drain(channel, dropping), ['three', 'four']);
    const letters = await (await collect(channel, dead, { ack: true })).reach(2);
    t.same(
      letters.map(({ content, properties }) => [
        content.toString(),
        properties.headers?.['x-death']?.[0]?.reason,
      ]),
      [
        ['one', 'maxlen'],
        ['two', 'maxlen'],
      ],
    );
    const refusing = await durableQueue(t, broker, { maxLength: 2, overflow: 'reject-publish' });
    await fill(channel, refusing, ['one', 'two']);
    const outcome = await new Promise<string>((resolve) => {
      channel.sendToQueue(refusing, Buffer.from('three'), {}, (error) =>
        resolve(error ? 'refused' : 'confirmed'),
      );
    });
    t.equal(outcome, 'refused');
    t.same(await drain(channel, refusing), ['one', 'two']);
  });

  await t.test('a quorum queue counts returns and gives up at its limit', async (t) => {
    const channel = await openChannel(t, broker);
    const dead = await durableQueue(t, broker);
    const queue = await durableQueue(t, broker, {
      deadLetterExchange: '',
      deadLetterRoutingKey: dead,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 },
    });
    await fill(channel, queue, ['poison']);
    const counts: unknown[] = [];
    await channel.consume(queue, (message) => {
      if (!message) return;
      counts.push(message.properties.headers?.['x-delivery-count']);
      channel.nack(message, false, true);
    });
    const letter = await taken(channel, dead);
    t.same(counts, [undefined, 1, 2]);
    t.equal(letter.properties.headers?.['x-death']?.[0]?.reason, 'delivery_limit');
  });
}

async function taken(channel: ConfirmChannel, queue: string) {
  let found = await channel.get(queue);
  await waitFor(`a message in ${queue}`, async () => {
    found ||= await channel.get(queue);
    return found !== false;
  });
  if (!found) throw new Error('There is no message.');
  return found;
}
