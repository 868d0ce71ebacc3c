import { randomUUID } from 'node:crypto';
import { BACKWARDS, END, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { collect, errorOf } from '../testing/answers.ts';
import { startTestNode } from '../testing/start-node.ts';
import { event, events, types, WAYS } from './testing/events.ts';

const { client } = await startTestNode(t);

t.test('metadata hides events, by count, by revision and by age; revisions stay', async (t) => {
  const stream = `metadata-${randomUUID()}`;
  await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E'));
  await client.setStreamMetadata(stream, { maxCount: 3, owner: 'us' });
  t.same(await types(client, stream), ['C', 'D', 'E']);
  t.match(await client.getStreamMetadata(stream), { metadata: { maxCount: 3, owner: 'us' } });
  await client.setStreamMetadata(stream, { maxCount: 3, truncateBefore: 4 });
  t.same(await types(client, stream), ['E']);
  await client.appendToStream(stream, event('F'), { expectedRevision: 4n });
  t.same(await types(client, stream), ['E', 'F']);
  t.same(
    (await collect(client.readStream(`$$${stream}`))).map(({ event }) => event?.revision),
    [1n],
  );
  await client.setStreamMetadata(stream, { truncateBefore: 99 });
  t.same(await types(client, stream), []);
  await client.setStreamMetadata(stream, { maxAge: 3600 });
  t.same(await types(client, stream), ['A', 'B', 'C', 'D', 'E', 'F']);
  await client.setStreamMetadata(stream, { maxAge: 1 });
  await waitFor(
    'the events to be older than a second',
    async () => (await types(client, stream)).length === 0,
  );
});

t.test('a soft delete hides the stream until the next append, which goes on counting', async (t) => {
  const stream = `soft-${randomUUID()}`;
  t.match(await errorOf(client.deleteStream(stream)), {
    type: 'wrong-expected-version',
    actualVersion: -1n,
  });
  await client.appendToStream(stream, events('A', 'B', 'C'));
  await client.setStreamMetadata(stream, { owner: 'us' });
  t.match(await errorOf(client.deleteStream(stream, { expectedRevision: 1n })), {
    type: 'wrong-expected-version',
    actualVersion: 2n,
  });
  await client.deleteStream(stream, { expectedRevision: 2n });
  await client.deleteStream(stream);
  t.match(await errorOf(collect(client.readStream(stream))), { type: 'stream-not-found' });
  t.match(await errorOf(client.appendToStream(stream, event('X'), { expectedRevision: STREAM_EXISTS })), {
    type: 'stream-deleted',
  });
  t.match(await errorOf(client.appendToStream(stream, event('X'), { expectedRevision: 1n })), {
    type: 'wrong-expected-version',
    actualVersion: 2n,
  });
  const again = await client.appendToStream(stream, [event('D'), event('E')], {
    expectedRevision: NO_STREAM,
  });
  t.equal(again.nextExpectedRevision, 4n);
  t.same(await types(client, stream), ['D', 'E']);
  t.match(await client.getStreamMetadata(stream), { metadata: { truncateBefore: 3, owner: 'us' } });
});

t.test('a tombstone is for good', async (t) => {
  const stream = `hard-${randomUUID()}`;
  await client.appendToStream(stream, [event('A'), event('B')]);
  t.match(await errorOf(client.tombstoneStream(stream, { expectedRevision: 0n })), {
    type: 'wrong-expected-version',
  });
  await client.tombstoneStream(stream);
  const deleted = { type: 'stream-deleted', streamName: stream };
  for (const [, options] of WAYS) {
    t.match(await errorOf(client.appendToStream(stream, event('X'), options)), deleted);
  }
  t.match(await errorOf(collect(client.readStream(stream))), deleted);
  t.match(await errorOf(client.deleteStream(stream)), deleted);
  t.match(await errorOf(client.tombstoneStream(stream)), deleted);
  t.match(await errorOf(client.setStreamMetadata(stream, { maxCount: 1 })), { type: 'stream-deleted' });
  const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
  t.match(last, { event: { streamId: stream, type: '$streamDeleted', revision: 9223372036854775807n } });
  const missing = `hard-${randomUUID()}`;
  await client.tombstoneStream(missing, { expectedRevision: NO_STREAM });
  t.match(await errorOf(client.appendToStream(missing, event('X'))), { type: 'stream-deleted' });
});
