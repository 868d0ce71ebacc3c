import { PARK, RETRY, SKIP, STOP } from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { events, openGroups } from './testing/open-groups.ts';

const { client, consume, group, info, parked } = await openGroups(t);

t.test('a retry comes at once, before later messages, and counts', async (t) => {
  const stream = await group();
  await client.appendToStream(stream, events('A', 'B', 'C', 'D'));
  const consumer = consume(stream, 2);
  await consumer.has(2);
  await consumer.deliveries[0]?.nack(RETRY, 'again');
  await consumer.has(3);
  await consumer.deliveries[1]?.ack();
  await consumer.deliveries[2]?.ack();
  await consumer.has(5);
  t.equal(consumer.names(), 'A B A+1 C D');
  await consumer.leave();
});

t.test('actions: retries run out, skip and stop settle, park parks', async (t) => {
  const stream = await group({ maxRetryCount: 1 });
  await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E'));
  const consumer = consume(stream, 10);
  await consumer.has(5);
  const [a, b, c, d, e] = consumer.deliveries;
  await a?.nack(RETRY, 'first');
  await consumer.has(6);
  await consumer.deliveries[5]?.nack(RETRY, 'second');
  await b?.nack(SKIP);
  await c?.nack(STOP);
  await d?.nack(PARK, 'a reason\nof two lines');
  await waitFor('two parked', async () => (await info(stream)).stats.parkedMessageCount === 2n);
  const messages = await parked(stream);
  const addedAt = messages.map(({ metadata }) => metadata.added);
  t.strictSame(messages, [
    // The number of the event is left out when it is 0.
    { type: '$>', data: `0@${stream}`, metadata: { added: addedAt[0], reason: 'Reached retry count of 1' } },
    {
      type: '$>',
      data: `3@${stream}`,
      metadata: {
        added: addedAt[1],
        reason: "Client explicitly NAK'ed message.\na reason\nof two lines",
        subscriptionEventNumber: 3,
      },
    },
  ]);
  for (const added of addedAt) t.match(added, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?[+-]\d\d:\d\d$/);
  await client.appendToStream(stream, events('F'));
  await consumer.has(7);
  t.equal(consumer.names(), 'A B C D E A+1 F');
  t.match((await info(stream)).stats, { outstandingMessagesCount: 2, retryBufferCount: 0 });
  await e?.ack();
  await consumer.leave();
});

t.test('a message that takes too long is retried, then parked', async (t) => {
  const stream = await group({ messageTimeout: 100, maxRetryCount: 1 });
  await client.appendToStream(stream, events('A'));
  const consumer = consume(stream);
  await consumer.has(2);
  t.equal(consumer.names(), 'A A+1');
  await waitFor('it to be parked', async () => (await info(stream)).stats.parkedMessageCount === 1n);
  t.strictSame(
    (await parked(stream)).map(({ metadata }) => metadata.reason),
    ['Reached retry count of 1'],
  );
  await consumer.leave();
});

t.test(
  'what a consumer that leaves has not settled goes to another, and is never parked for that',
  async (t) => {
    const stream = await group({ maxRetryCount: 0 });
    await client.appendToStream(stream, events('A', 'B'));
    const first = consume(stream);
    await first.has(2);
    await first.deliveries[0]?.ack();
    await waitFor('the ack', async () => (await info(stream)).stats.outstandingMessagesCount === 1);
    await first.leave();
    const second = consume(stream);
    await second.has(1);
    t.equal(second.names(), 'B+1');
    t.equal((await info(stream)).stats.parkedMessageCount, 0n);
    await second.leave();
  },
);
