import { PINNED, START, streamNameFilter } from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { collect } from '../testing/answers.ts';
import { events, openGroups, settingsForAll } from './testing/open-groups.ts';

const { client, consume, group, info } = await openGroups(t);

t.test('checkpoints: at the upper bound at once, else by time, not past what is open', async (t) => {
  const stream = await group({ checkPointAfter: 200, checkPointLowerBound: 2, checkPointUpperBound: 5 });
  const numbers = Array.from({ length: 12 }, (_, number) => String(number));
  await client.appendToStream(stream, events(...numbers));
  const consumer = consume(stream, 20);
  await consumer.has(12);
  const read = async (): Promise<unknown[]> =>
    (await collect(client.readStream(`$persistentsubscription-${stream}::g-checkpoint`)).catch(() => [])).map(
      ({ event }) => `${event?.type} ${JSON.stringify(event?.data)}`,
    );
  for (const delivery of consumer.deliveries.slice(1)) await delivery.ack();
  await waitFor('the acks', async () => (await info(stream)).stats.outstandingMessagesCount === 1);
  t.same(await read(), [], 'the first one is open');
  await consumer.deliveries[0]?.ack();
  const first = await waitFor('a checkpoint', async () => ((await read()).length > 0 ? read() : undefined));
  t.same(first, ['SubscriptionCheckpoint "11"']);
  await client.appendToStream(stream, events('12', '13'));
  await consumer.has(14);
  for (const delivery of consumer.deliveries.slice(12)) await delivery.ack();
  await waitFor('a checkpoint by time', async () => (await read()).length === 2);
  t.same((await read()).at(-1), 'SubscriptionCheckpoint "13"');
  t.match((await info(stream)).stats, { lastCheckpointedEventRevision: 13n, lastKnownEventRevision: 13n });
  await consumer.leave();
});

t.test('after a restart a group goes on after its checkpoint, with its settings', async (t) => {
  const own = await openGroups(t);
  const name = 'svc.purpose';
  await own.client.createPersistentSubscriptionToAll(
    name,
    settingsForAll({
      checkPointLowerBound: 1,
      checkPointAfter: 100,
      messageTimeout: 86_400_000,
      maxRetryCount: 2 ** 31 - 1,
      consumerStrategyName: PINNED,
    }),
    { filter: streamNameFilter({ prefixes: ['issue-'] }) },
  );
  await own.client.appendToStream('issue-1', events('A', 'B'));
  await own.client.appendToStream('other-1', events('X'));
  const consumer = own.consumeAll(name);
  await consumer.has(2);
  await consumer.deliveries[0]?.ack();
  const positions = (await collect(own.client.readStream('issue-1'))).map(
    ({ event }) => event?.position?.commit,
  );
  await waitFor('a checkpoint after A', async () => {
    const { stats } = await own.client.getPersistentSubscriptionToAllInfo(name);
    return stats.lastCheckpointedEventPosition?.commit === positions[0];
  });
  const again = await own.restarted();
  t.match((await again.client.getPersistentSubscriptionToAllInfo(name)).settings, {
    messageTimeout: 86_400_000,
    maxRetryCount: 2 ** 31 - 1,
    consumerStrategyName: PINNED,
    resolveLinkTos: false,
    startFrom: START,
  });
  await again.client.appendToStream('other-1', events('Y'));
  await again.client.appendToStream('issue-2', events('C'));
  const second = again.consumeAll(name);
  await second.has(2);
  t.equal(second.names(), 'B C');
});
