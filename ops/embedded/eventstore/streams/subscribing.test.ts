import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { startTestNode } from '../testing/start-node.ts';
import { event, events } from './testing/events.ts';

const node = await startTestNode(t);
const { client } = node;

t.test('a subscription to a stream: history, caught up, what comes, the tombstone', async (t) => {
  const stream = `followed-${randomUUID()}`;
  await client.appendToStream(stream, events('A', 'B', 'C'));
  const seen: string[] = [];
  const subscription = client
    .subscribeToStream(stream, { fromRevision: 0n })
    .on('confirmation', () => seen.push('confirmed'))
    .on('caughtUp', () => seen.push('caught up'))
    .on('data', ({ event }) => seen.push(`${event?.type} ${event?.revision}`));
  const failed = new Promise((resolve) => subscription.on('error', resolve));
  await waitFor('the history', () => seen.includes('caught up'));
  await client.appendToStream(stream, event('D'));
  await waitFor('the new event', () => seen.includes('D 3'));
  await client.tombstoneStream(stream);
  t.match(await failed, { type: 'stream-deleted' });
  t.same(seen, ['confirmed', 'B 1', 'C 2', 'caught up', 'D 3', '$streamDeleted 9223372036854775807']);
});

t.test('a subscription to a stream that is not there yet waits for it', async (t) => {
  const stream = `later-${randomUUID()}`;
  const seen: string[] = [];
  const subscription = client
    .subscribeToStream(stream, { fromRevision: START })
    .on('confirmation', () => seen.push('confirmed'))
    .on('caughtUp', () => seen.push('caught up'))
    .on('data', ({ event }) => seen.push(event?.type ?? '-'));
  await waitFor('the confirmation', () => seen.length === 1);
  await client.appendToStream(stream, event('A'));
  await waitFor('the event', () => seen.includes('caught up'));
  t.same(seen, ['confirmed', 'A', 'caught up']);
  await subscription.unsubscribe();
});

t.test('a subscription to $all: after a position, filtered, with checkpoints', async (t) => {
  const mark = randomUUID();
  const { position } = await client.appendToStream(`${mark}-one`, event('before'));
  if (position === undefined) throw new Error('position');
  await client.appendToStream(`${mark}-one`, event('A'));
  await client.appendToStream(`other-${mark}`, events('x', 'y', 'z'));
  const seen: string[] = [];
  const checkpoints: bigint[] = [];
  const subscription = client
    .subscribeToAll({
      fromPosition: position,
      filter: streamNameFilter({
        prefixes: [mark],
        maxSearchWindow: 2,
        checkpointInterval: 1,
        checkpointReached: async (_, { commit }) => {
          checkpoints.push(commit);
        },
      }),
    })
    .on('caughtUp', () => seen.push('caught up'))
    .on('data', ({ event }) => seen.push(event?.type ?? '-'));
  await waitFor('the history', () => seen.includes('caught up'));
  const { position: last } = await client.appendToStream(`${mark}-two`, [event('B'), event('C')]);
  await waitFor('the new events', () => seen.includes('C'));
  t.same(seen, ['A', 'caught up', 'B', 'C']);
  await waitFor('a checkpoint at the end', () => checkpoints.at(-1) === last?.commit);
  t.same(
    checkpoints,
    [...checkpoints].sort((a, b) => Number(a - b)),
    'checkpoints rise',
  );
  await subscription.unsubscribe();
});

t.test('filters: prefixes and expressions, of stream names and of event types', async (t) => {
  const mark = randomUUID();
  for (const name of ['one', 'two', 'one', 'three']) {
    await client.appendToStream(`${mark}${name}`, event(`${mark}-${name}`));
  }
  const rows = [
    [streamNameFilter({ prefixes: [`${mark}one`, `${mark}three`] }), ['one', 'one', 'three']],
    [streamNameFilter({ regex: `${mark}t(wo|hree)$` }), ['two', 'three']],
    [eventTypeFilter({ prefixes: [`${mark}-t`] }), ['two', 'three']],
    [eventTypeFilter({ regex: `^${mark}-one$` }), ['one', 'one']],
  ] as const;
  for (const [filter, expected] of rows) {
    const seen: (string | undefined)[] = [];
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    subscription.on('data', ({ event }) => seen.push(event?.streamId.slice(mark.length)));
    await caughtUp;
    t.same(seen, expected);
    await subscription.unsubscribe();
  }
  const bad = client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ regex: '(' }) });
  t.match(await new Promise((resolve) => bad.on('error', resolve)), /Exception was thrown by handler/);
});

t.test('a subscription from the end brings only what is new', async (t) => {
  const mark = randomUUID();
  await client.appendToStream(`${mark}-one`, event('old'));
  const seen: string[] = [];
  const subscription = client
    .subscribeToAll({ fromPosition: END, filter: excludeSystemEvents() })
    .on('caughtUp', () => seen.push('caught up'))
    .on('data', ({ event }) => seen.push(event?.type ?? '-'));
  await waitFor('the end', () => seen.includes('caught up'));
  await client.appendToStream(`${mark}-one`, event('new'));
  await waitFor('the new event', () => seen.includes('new'));
  t.same(seen, ['caught up', 'new']);
  await subscription.unsubscribe();
});

t.test('a subscriber that stops reading while live is sent away, and can come back', async (t) => {
  const stream = `slow-${randomUUID()}`;
  const openCalls = async (): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    return Number(/eventstore_incoming_grpc_calls\{kind="current"\} (\d+)/.exec(metrics)?.[1]);
  };
  const before = await openCalls();
  const slow = [
    client.subscribeToStream(stream, { fromRevision: START }),
    client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: [stream] }) }),
  ];
  await client.appendToStream(stream, event('first'));
  const failures = slow.map((subscription) => new Promise((resolve) => subscription.on('error', resolve)));
  await Promise.all(slow.map((subscription) => new Promise((resolve) => subscription.once('data', resolve))));
  for (const subscription of slow) subscription.pause();
  for (let count = 0; count < 30; count += 1) {
    const large = Array.from({ length: 10 }, () =>
      binaryEvent({ type: 'Large', data: Buffer.alloc(80_000) }),
    );
    await client.appendToStream(stream, large);
  }
  await waitFor('the node to give up', async () => (await openCalls()) <= before);
  for (const subscription of slow) subscription.resume();
  for (const failure of await Promise.all(failures)) {
    t.match(failure, {
      message: /Consumer too slow to handle event while live. Client resubscription required./,
    });
  }
});
