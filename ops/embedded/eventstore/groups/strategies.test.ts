import { binaryEvent, DISPATCH_TO_SINGLE, PINNED, streamNameFilter } from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { events, openGroups, settingsForAll } from './testing/open-groups.ts';

const { client, consume, consumeAll, group } = await openGroups(t);

t.test('several consumers: round robin, and dispatch to single', async (t) => {
  for (const [consumerStrategyName, expected] of [
    ['RoundRobin', ['A C E', 'B D F']],
    [DISPATCH_TO_SINGLE, ['A B C', 'D E F']],
  ] as const) {
    const stream = await group({ consumerStrategyName });
    const one = consume(stream, 3);
    await one.ready;
    const two = consume(stream, 3);
    await two.ready;
    await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E', 'F'));
    await Promise.all([one.has(3), two.has(3)]);
    t.strictSame([one.names(), two.names()], expected, consumerStrategyName);
    await Promise.all([one.leave(), two.leave()]);
  }
});

t.test('pinned: a stream stays with its consumer, links to it go there too', async (t) => {
  const name = 'pinned';
  await client.createPersistentSubscriptionToAll(name, settingsForAll({ consumerStrategyName: PINNED }), {
    filter: streamNameFilter({ prefixes: ['issue-', 'replay-'] }),
  });
  const consumers = [consumeAll(name, 100), consumeAll(name, 100)];
  await Promise.all(consumers.map(({ ready }) => ready));
  const streams = Array.from({ length: 12 }, (_, number) => `issue-${number}`);
  for (const stream of streams) await client.appendToStream(stream, events(stream, stream));
  await waitFor(
    '24 deliveries',
    () => consumers.reduce((sum, { deliveries }) => sum + deliveries.length, 0) === 24,
  );
  const owners = streams.map((stream) =>
    consumers.map(({ deliveries }) => deliveries.filter(({ type }) => type === stream).length),
  );
  t.strictSame(
    owners.map((counts) => counts.toSorted()),
    streams.map(() => [0, 2]),
    'each stream has one consumer',
  );
  t.notOk(
    consumers.some(({ deliveries }) => deliveries.length === 0),
    'both have work',
  );
  for (const [index, stream] of streams.entries()) {
    const before = consumers.map(({ deliveries }) => deliveries.length);
    const owner = owners[index]?.indexOf(2) ?? -1;
    const link = binaryEvent({
      type: '$>',
      data: Buffer.from(`0@${stream}`),
      metadata: Buffer.from('{"by":"us"}'),
    });
    await client.appendToStream('replay-pinned', link);
    await waitFor('the link', () =>
      consumers.some(({ deliveries }, at) => deliveries.length > (before[at] ?? 0)),
    );
    t.strictSame(
      consumers.map(({ deliveries }, at) =>
        deliveries.slice(before[at]).map(({ type, link }) => ({ type, link })),
      ),
      consumers.map((_, at) => (at === owner ? [{ type: '$>', link: undefined }] : [])),
    );
  }
  await Promise.all(consumers.map((consumer) => consumer.leave()));
});
