import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  PARK,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { collect, errorOf } from '../testing/answers.ts';
import { startTestNode, type TestNode } from '../testing/start-node.ts';

function events(...types: string[]) {
  return types.map((type) => jsonEvent({ type, data: { type } }));
}

async function scavenge(port: number): Promise<{ removedEvents: number; freedBytes: number }> {
  const response = await fetch(`http://127.0.0.1:${port}/admin/scavenge`, { method: 'POST' });
  return (await response.json()) as { removedEvents: number; freedBytes: number };
}

async function types(client: EventStoreDBClient, stream: string): Promise<(string | undefined)[]> {
  return (await collect(client.readStream(stream))).map(({ event }) => event?.type);
}

async function all({ client }: TestNode, direction?: typeof BACKWARDS): Promise<string[]> {
  const read = direction === undefined ? client.readAll() : client.readAll({ direction, fromPosition: END });
  return (await collect(read)).map(
    ({ event }) => `${event?.position.commit} ${event?.streamId} ${event?.revision}`,
  );
}

t.test('what nobody can see any more is removed; the rest is as it was', async (t) => {
  const node = await startTestNode(t, t.testdir());
  const { client } = node;
  await client.appendToStream('truncated', events('A', 'B', 'C', 'D'));
  await client.appendToStream('kept', events('A', 'B'));
  await client.appendToStream('counted', events('A', 'B', 'C'));
  await client.appendToStream('soft', events('A', 'B', 'C'));
  await client.appendToStream('hard', events('A', 'B'));
  await client.appendToStream('aged', events('A', 'B'));
  await client.setStreamMetadata('truncated', { truncateBefore: 1 });
  await client.setStreamMetadata('truncated', { truncateBefore: 2 });
  await client.setStreamMetadata('counted', { maxCount: 1 });
  await client.setStreamMetadata('aged', { maxAge: 1 });
  await client.deleteStream('soft');
  await client.tombstoneStream('hard');
  await waitFor('the age', async () => (await types(client, 'aged')).length === 0);
  const before = await all(node);
  const followed: string[] = [];
  const subscription = client.subscribeToAll({ fromPosition: START });
  subscription.on('data', ({ event }) =>
    followed.push(`${event?.position.commit} ${event?.streamId} ${event?.revision}`),
  );
  await waitFor('the subscription', () => followed.length === before.length);

  const { removedEvents, freedBytes } = await scavenge(node.port);
  const gone = [
    'truncated 0',
    'truncated 1',
    '$$truncated 0',
    'counted 0',
    'counted 1',
    'soft 0',
    'soft 1',
    'hard 0',
    'hard 1',
    'aged 0',
  ];
  const left = before.filter((line) => !gone.includes(line.slice(line.indexOf(' ') + 1)));
  t.equal(removedEvents, gone.length);
  t.ok(freedBytes > 0);
  t.same(await all(node), left);
  t.same(await all(node, BACKWARDS), left.toReversed());
  t.same(await types(client, 'truncated'), ['C', 'D']);
  t.same(await types(client, 'kept'), ['A', 'B']);
  t.match(await errorOf(collect(client.readStream('soft'))), { type: 'stream-not-found' });
  t.match(await errorOf(client.appendToStream('hard', events('X'))), { type: 'stream-deleted' });
  await client.appendToStream('kept', events('C'), { expectedRevision: 1n });
  await waitFor('the subscription to go on', () => followed.length === before.length + 1);
  t.match(followed.at(-1), / kept 2$/);
  await subscription.unsubscribe();

  t.equal((await scavenge(node.port)).removedEvents, 0, 'a second one finds nothing');
  const again = await node.restart();
  t.same((await all(again)).slice(0, -1), left);
  t.equal(
    (await again.client.appendToStream('soft', events('D'), { expectedRevision: NO_STREAM }))
      .nextExpectedRevision,
    3n,
  );
});

t.test('the index can be built anew from what a scavenge has left', async (t) => {
  const dataDir = t.testdir();
  const node = await startTestNode(t, dataDir);
  for (let round = 0; round < 20; round += 1) {
    await node.client.appendToStream(`s-${round % 3}`, events('A', 'B', 'C'));
  }
  await node.client.setStreamMetadata('s-1', { truncateBefore: 10 });
  await node.client.deleteStream('s-2');
  t.ok((await scavenge(node.port)).removedEvents > 0);
  const before = await all(node);
  const { restart } = node;
  await node.client.appendToStream('s-0', events('last'));
  await rm(join(dataDir, 'index'), { recursive: true });
  const again = await restart();
  t.same((await all(again)).slice(0, -1), before);
  t.equal((await types(again.client, 's-1')).length, 11);
  t.equal(
    (await again.client.appendToStream('s-2', events('D'))).nextExpectedRevision,
    18n,
    'the numbering goes on',
  );
});

t.test('a subscription goes on after an event that a scavenge has removed', async (t) => {
  const node = await startTestNode(t, t.testdir());
  const { client } = node;
  const { position } = await client.appendToStream('gone', events('A'));
  await client.appendToStream('gone', events('B'));
  await client.appendToStream('kept', events('C'));
  await client.setStreamMetadata('gone', { truncateBefore: 1 });
  await scavenge(node.port);
  if (position === undefined) throw new Error('position');
  const seen: (string | undefined)[] = [];
  const subscription = client.subscribeToAll({ fromPosition: position });
  subscription.on('data', ({ event }) => seen.push(event?.type));
  await new Promise((resolve) => subscription.once('caughtUp', resolve));
  t.same(seen, ['B', 'C', '$metadata']);
  await subscription.unsubscribe();
});

t.test('parked messages that are being replayed outlive a scavenge and a restart', async (t) => {
  const node = await startTestNode(t, t.testdir());
  const { client } = node;
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({
    startFrom: START,
    checkPointAfter: 100,
    checkPointLowerBound: 1,
  });
  await client.createPersistentSubscriptionToStream('s', 'g', settings);
  await client.appendToStream('s', events('A', 'B'));
  const subscription = client.subscribeToPersistentSubscriptionToStream('s', 'g');
  subscription.on('data', (event) => void subscription.nack(PARK, 'no', event)).on('error', () => {});
  const info = async (from = client) => (await from.getPersistentSubscriptionToStreamInfo('s', 'g')).stats;
  await waitFor('them to be parked', async () => (await info()).parkedMessageCount === 2n);
  await waitFor('a checkpoint', async () => (await info()).lastCheckpointedEventRevision === 1n);
  await subscription.unsubscribe();
  await client.replayParkedMessagesToStream('s', 'g');
  await scavenge(node.port);
  const again = await node.restart();
  const seen: (string | undefined)[] = [];
  const second = again.client.subscribeToPersistentSubscriptionToStream('s', 'g');
  second.on('data', (resolved) => {
    seen.push(`${resolved.event?.type} by ${resolved.link?.type}`);
    void second.ack(resolved);
  });
  second.on('error', () => {});
  await waitFor('the messages', () => seen.length === 2);
  t.same(seen, ['A by $>', 'B by $>']);
});
