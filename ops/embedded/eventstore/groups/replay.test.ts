import { PARK } from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { errorOf } from '../testing/answers.ts';
import { events, openGroups } from './testing/open-groups.ts';

const { client, consume, group, info, parked } = await openGroups(t);

t.test('replay: up to a revision, truncated at once, settled by the link', async (t) => {
  const stream = await group();
  await client.appendToStream(stream, events('A', 'B', 'C'));
  const consumer = consume(stream);
  await consumer.has(3);
  for (const delivery of consumer.deliveries) await delivery.nack(PARK, 'no');
  await waitFor('three parked', async () => (await info(stream)).stats.parkedMessageCount === 3n);
  t.match(await errorOf(client.replayParkedMessagesToStream(stream, 'g', { stopAt: -1 })), {
    type: 'persistent-subscription-failed',
    message: /negative version/,
  });
  await client.replayParkedMessagesToStream(stream, 'g', { stopAt: 2 });
  await consumer.has(5);
  const link = `$persistentsubscription-${stream}::g-parked`;
  t.strictSame(
    consumer.deliveries.slice(3).map(({ type, retryCount, link }) => ({ type, retryCount, link })),
    [
      { type: 'A', retryCount: 0, link },
      { type: 'B', retryCount: 0, link },
    ],
  );
  t.equal((await info(stream)).stats.parkedMessageCount, 1n);
  t.same(
    (await parked(stream)).map(({ data }) => data),
    [`2@${stream}`],
  );
  const { metadata } = await client.getStreamMetadata(link);
  const admins = '$admins';
  t.strictSame(metadata, {
    truncateBefore: 2,
    acl: {
      readRoles: admins,
      writeRoles: admins,
      deleteRoles: admins,
      metaReadRoles: admins,
      metaWriteRoles: admins,
    },
  });
  await consumer.deliveries[3]?.ack();
  await consumer.deliveries[4]?.nack(PARK, 'still not');
  await waitFor('it to be parked again', async () => (await info(stream)).stats.parkedMessageCount === 2n);
  t.match((await parked(stream)).at(-1), {
    data: `1@${stream}`,
    metadata: { subscriptionEventNumber: 1 },
  });
  t.equal((await info(stream)).stats.outstandingMessagesCount, 0);
  await consumer.leave();
});

t.test('what was replayed and not settled comes again after a restart', async (t) => {
  const own = await openGroups(t);
  const stream = await own.group({ checkPointLowerBound: 1, checkPointAfter: 100 });
  await own.client.appendToStream(stream, events('A', 'B', 'C'));
  const consumer = own.consume(stream);
  await consumer.has(3);
  for (const delivery of consumer.deliveries) await delivery.nack(PARK, 'no');
  await waitFor('three parked', async () => (await own.info(stream)).stats.parkedMessageCount === 3n);
  await waitFor(
    'a checkpoint',
    async () => (await own.info(stream)).stats.lastCheckpointedEventRevision === 2n,
  );
  await own.client.replayParkedMessagesToStream(stream, 'g');
  await consumer.has(6);
  await consumer.deliveries[3]?.ack();
  await waitFor('the ack', async () => (await own.info(stream)).stats.outstandingMessagesCount === 2);
  const again = await own.restarted();
  const second = again.consume(stream);
  await second.has(2);
  const link = `$persistentsubscription-${stream}::g-parked`;
  t.strictSame(
    second.deliveries.map(({ type, link }) => ({ type, link })),
    [
      { type: 'B', link },
      { type: 'C', link },
    ],
  );
  for (const delivery of second.deliveries) await delivery.ack();
  await waitFor('the acks', async () => (await again.info(stream)).stats.outstandingMessagesCount === 0);
  const last = await again.restarted();
  const third = last.consume(stream);
  await third.ready;
  await last.client.appendToStream(stream, events('D'));
  await third.has(1);
  t.strictSame(
    third.deliveries.map(({ type, link }) => ({ type, link })),
    [{ type: 'D', link: undefined }],
    'nothing else comes',
  );
});
