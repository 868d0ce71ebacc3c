import {
  PARK,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { collect, errorOf } from '../testing/answers.ts';
import { events, openGroups, settingsForAll } from './testing/open-groups.ts';

const { client, consume, group, info } = await openGroups(t);

t.test('groups are created once, updated, listed, deleted', async (t) => {
  const stream = await group({ maxSubscriberCount: 1 });
  const defaults = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  const named = { streamName: stream, groupName: 'g' };
  t.match(await errorOf(client.createPersistentSubscriptionToStream(stream, 'g', defaults)), {
    type: 'persistent-subscription-exists',
    ...named,
  });
  t.match(
    await errorOf(
      client.createPersistentSubscriptionToStream(stream, 'bad', {
        ...defaults,
        readBatchSize: 500,
        historyBufferSize: 500,
      }),
    ),
    {
      type: 'persistent-subscription-failed',
      message: /ReadBatchSize may not be greater than or equal to BufferSize/,
    },
  );
  const consumer = consume(stream);
  await consumer.ready;
  t.match(await consume(stream).failed, { type: 'maximum-subscribers-reached', ...named });
  await client.appendToStream(stream, events('A'));
  await consumer.has(1);
  const known = await info(stream);
  t.match(known, {
    eventSource: stream,
    groupName: 'g',
    status: 'Live',
    settings: { maxSubscriberCount: 1, messageTimeout: 30_000, startFrom: START, readBatchSize: 20 },
    stats: {
      totalItems: 1n,
      liveBufferCount: 1n,
      totalInFlightMessages: 1,
      parkedMessageCount: 0n,
      lastKnownEventRevision: 0n,
    },
  });
  await client.updatePersistentSubscriptionToStream(stream, 'g', {
    ...defaults,
    maxRetryCount: 3,
    consumerStrategyName: 'RoundRobin',
  });
  t.match(await consumer.failed, { type: 'persistent-subscription-dropped', ...named });
  t.match((await info(stream)).settings, { maxRetryCount: 3, maxSubscriberCount: 'unbounded' });
  const other = await group();
  const listed = (await client.listAllPersistentSubscriptions()).map(({ eventSource }) => eventSource);
  t.same(
    listed.filter((source) => source === stream || source === other),
    [stream, other],
  );
  t.strictSame(
    (await client.listPersistentSubscriptionsToStream(stream)).map(({ groupName }) => groupName),
    ['g'],
  );
  const last = consume(stream);
  await last.ready;
  await client.deletePersistentSubscriptionToStream(stream, 'g');
  t.match(await last.failed, { type: 'persistent-subscription-dropped' });
  const missing = { type: 'persistent-subscription-does-not-exist', ...named };
  t.match(await errorOf(info(stream)), missing);
  t.match(await errorOf(client.deletePersistentSubscriptionToStream(stream, 'g')), missing);
  t.match(await errorOf(client.updatePersistentSubscriptionToStream(stream, 'g', defaults)), missing);
  t.match(await errorOf(client.replayParkedMessagesToStream(stream, 'g')), missing);
  t.match(await consume(stream).failed, missing);
});

t.test('a restart of the subsystem drops consumers; groups and parked messages stay', async (t) => {
  const own = await openGroups(t);
  const stream = await own.group();
  await own.client.appendToStream(stream, events('A'));
  const consumer = own.consume(stream);
  await consumer.has(1);
  await consumer.deliveries[0]?.nack(PARK, 'no');
  await waitFor('it to be parked', async () => (await own.info(stream)).stats.parkedMessageCount === 1n);
  await own.client.restartPersistentSubscriptionSubsystem();
  t.match(await consumer.failed, { type: 'persistent-subscription-dropped' });
  t.equal((await own.info(stream)).stats.parkedMessageCount, 1n);
});

t.test('$all shows what groups of streams note, not what groups of $all note', async (t) => {
  const own = await openGroups(t);
  const stream = await own.group({ checkPointLowerBound: 1, checkPointUpperBound: 1 });
  await own.client.createPersistentSubscriptionToAll(
    'all',
    settingsForAll({ checkPointLowerBound: 1, checkPointUpperBound: 1 }),
    {
      filter: streamNameFilter({ prefixes: ['s-'] }),
    },
  );
  await own.client.appendToStream(stream, events('A', 'B'));
  const consumers = [own.consume(stream), own.consumeAll('all')];
  for (const consumer of consumers) {
    await consumer.has(2);
    await consumer.deliveries[0]?.nack(PARK, 'no');
    await consumer.deliveries[1]?.ack();
  }
  const notes = [`${stream}::g`, '$all::all'].flatMap((group) => [
    `$persistentsubscription-${group}-checkpoint`,
    `$persistentsubscription-${group}-parked`,
  ]);
  const isThere = (name: string) => collect(own.client.readStream(name)).catch(() => undefined);
  for (const name of notes) await waitFor(name, () => isThere(name));
  const shown = new Set((await collect(own.client.readAll())).map(({ event }) => event?.streamId ?? ''));
  t.strictSame(
    [...shown].filter((name) => name.toLowerCase().startsWith('$persistentsubscription')).toSorted(),
    ['$persistentSubscriptionConfig', ...notes.slice(0, 2)],
  );
});
