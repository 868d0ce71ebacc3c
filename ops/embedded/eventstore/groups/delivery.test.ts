import { randomUUID } from 'node:crypto';
import { END, persistentSubscriptionToStreamSettingsFromDefaults, START } from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { events, openGroups } from './testing/open-groups.ts';

const { client, consume, group, info } = await openGroups(t);

t.test('delivery: in order, each once, up to the consumer’s buffer', async (t) => {
  const stream = await group();
  await client.appendToStream(stream, events('A', 'B', 'C', 'D'));
  const consumer = consume(stream, 2);
  await consumer.has(2);
  t.strictSame(
    (await info(stream)).connections.map(({ inFlightMessages, availableSlots }) => ({
      inFlightMessages,
      availableSlots,
    })),
    [{ inFlightMessages: 2, availableSlots: 0 }],
  );
  t.equal(consumer.names(), 'A B');
  await consumer.deliveries[0]?.ack();
  await consumer.has(3);
  for (const delivery of consumer.deliveries.slice(1)) await delivery.ack();
  await consumer.has(4);
  t.equal(consumer.names(), 'A B C D');
  await client.appendToStream(stream, events('E'));
  await consumer.has(5);
  t.equal(consumer.names(), 'A B C D E');
  await consumer.leave();
});

t.test('where a group starts', async (t) => {
  const stream = `s-${randomUUID()}`;
  await client.appendToStream(stream, events('A', 'B', 'C'));
  const rows = [
    ['first', START, 'A B C D'],
    ['second', 1n, 'B C D'],
    ['end', END, 'D'],
  ] as const;
  for (const [name, startFrom] of rows) {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom });
    await client.createPersistentSubscriptionToStream(stream, name, settings);
  }
  await client.appendToStream(stream, events('D'));
  for (const [name, , expected] of rows) {
    const consumer = consume(stream, 10, name);
    await consumer.has(expected.split(' ').length);
    t.equal(consumer.names(), expected, name);
    await consumer.leave();
  }
});

t.test('more messages than the buffers hold: nothing is lost and nothing comes twice', async (t) => {
  const stream = await group({ historyBufferSize: 40, readBatchSize: 10, liveBufferSize: 10 });
  const consumer = consume(stream, 30);
  const acks: Promise<void>[] = [];
  const total = 3000;
  for (let start = 0; start < total; start += 300) {
    const numbers = Array.from({ length: 300 }, (_, offset) => String(start + offset));
    await client.appendToStream(stream, events(...numbers));
    await waitFor('some', () => {
      for (const delivery of consumer.deliveries.slice(acks.length)) acks.push(delivery.ack());
      return acks.length > start;
    });
  }
  await waitFor('all', () => {
    for (const delivery of consumer.deliveries.slice(acks.length)) acks.push(delivery.ack());
    return acks.length >= total;
  });
  t.same(
    consumer.deliveries.map(({ type }) => Number(type)),
    Array.from({ length: total }, (_, number) => number),
  );
  await consumer.leave();
});
