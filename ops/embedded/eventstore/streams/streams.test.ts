import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AppendExpectedRevision,
  BACKWARDS,
  binaryEvent,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  streamNameFilter,
} from '@eventstore/db-client';
import t from 'tap';
import { startTestNode, type TestNode } from '../testing/start-node.ts';
import { collect, errorOf, waitFor } from '../testing/wait-for.ts';

const node = await startTestNode(t);
const { client } = node;

function event(type: string, id: string = randomUUID()) {
  return jsonEvent({ type, data: { type }, id });
}

/** Both ways to append that the client has: a batch, and (with credentials) a call of its own. */
const ways = [
  ['batch append', {}],
  ['append', { credentials: { username: 'admin', password: 'changeit' } }],
] as const;

async function types(stream: string, from: TestNode = node): Promise<string[]> {
  return (await collect(from.client.readStream(stream))).map(({ event }) => event?.type ?? '-');
}

for (const [way, options] of ways) {
  t.test(`${way}: expected revisions`, async (t) => {
    const stream = `expected-${randomUUID()}`;
    const first = await client.appendToStream(stream, [event('A'), event('B')], {
      ...options,
      expectedRevision: NO_STREAM,
    });
    const second = await client.appendToStream(stream, event('C'), { ...options, expectedRevision: 1n });
    await client.appendToStream(stream, event('D'), { ...options, expectedRevision: STREAM_EXISTS });
    await client.appendToStream(stream, event('E'), { ...options, expectedRevision: ANY });
    t.same(await types(stream), ['A', 'B', 'C', 'D', 'E']);
    t.same([first.nextExpectedRevision, second.nextExpectedRevision], [1n, 2n]);
    t.ok(first.position && second.position && second.position.commit > first.position.commit);
    t.equal(first.position?.commit, first.position?.prepare);
  });

  t.test(`${way}: a wrong expectation tells the stream's revision and writes nothing`, async (t) => {
    const stream = `wrong-${randomUUID()}`;
    const missing = await errorOf(
      client.appendToStream(stream, event('A'), { ...options, expectedRevision: STREAM_EXISTS }),
    );
    t.match(missing, {
      type: 'wrong-expected-version',
      actualVersion: 'no_stream',
      expectedVersion: STREAM_EXISTS,
    });
    await client.appendToStream(stream, [event('A'), event('B')], options);
    for (const expectedRevision of [NO_STREAM, 0n, 7n] as AppendExpectedRevision[]) {
      const wrong = await errorOf(
        client.appendToStream(stream, event('X'), { ...options, expectedRevision }),
      );
      t.match(wrong, {
        type: 'wrong-expected-version',
        streamName: stream,
        actualVersion: 1n,
        expectedVersion: expectedRevision,
      });
    }
    t.same(await types(stream), ['A', 'B']);
  });

  t.test(`${way}: the size of an append is limited by its data`, async (t) => {
    const stream = `large-${randomUUID()}`;
    const most = binaryEvent({ type: 'Large', data: Buffer.alloc(1_048_576), metadata: Buffer.alloc(5000) });
    await client.appendToStream(stream, most, options);
    const over = [
      binaryEvent({ type: 'Large', data: Buffer.alloc(1_048_576) }),
      binaryEvent({ type: 'Large', data: Buffer.from('x') }),
    ];
    const error = await errorOf(client.appendToStream(stream, over, options));
    t.match(error, { type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 });
    const read = await collect(client.readStream(stream));
    t.equal(read.length, 1);
    t.ok(Buffer.alloc(1_048_576).equals(Buffer.from(read[0]?.event?.data as Uint8Array)), 'whole');
  });

  t.test(`${way}: the table of repeated ids`, async (t) => {
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((type) => event(type));
    if (!a || !b || !c || !d) throw new Error('four events');
    const wrong = 'wrong-expected-version';
    const rows: [string, ReturnType<typeof event>[], AppendExpectedRevision, bigint | string, string[]][] = [
      ['all known, any', [a, b], ANY, 1n, ['A', 'B']],
      ['first, any', [a], ANY, 0n, ['A', 'B']],
      ['second, any', [b], ANY, 1n, ['A', 'B']],
      ['a known beginning, any', [a, b, c], ANY, wrong, ['A', 'B']],
      ['an unknown first, any', [d, a], ANY, 3n, ['A', 'B', 'D', 'A']],
      ['first, no_stream', [a], NO_STREAM, 0n, ['A', 'B']],
      ['both, no_stream', [a, b], NO_STREAM, 1n, ['A', 'B']],
      ['second after the first', [b], 0n, 1n, ['A', 'B']],
      ['second at the end', [b], 1n, 2n, ['A', 'B', 'B']],
      ['second and another after the first', [b, d], 0n, wrong, ['A', 'B']],
      ['first, stream_exists', [a], STREAM_EXISTS, 0n, ['A', 'B']],
      ['the same id twice', [c, c], ANY, 3n, ['A', 'B', 'C', 'C']],
    ];
    for (const [name, events, expectedRevision, outcome, after] of rows) {
      const stream = `ids-${randomUUID()}`;
      const before = await client.appendToStream(stream, [a, b], options);
      const result = await client
        .appendToStream(stream, events, { ...options, expectedRevision })
        .catch((error: { type: string }) => error.type);
      t.equal(typeof result === 'string' ? result : result.nextExpectedRevision, outcome, name);
      if (typeof result !== 'string' && outcome === 1n)
        t.same(result.position, before.position, `${name}: position`);
      t.same(await types(stream), after, name);
    }
  });

  t.test(`${way}: nothing to write`, async (t) => {
    const stream = `nothing-${randomUUID()}`;
    const result = await client.appendToStream(stream, [], options);
    t.equal(result.success, true);
    t.equal((await errorOf(collect(client.readStream(stream)))).type, 'stream-not-found');
    await client.appendToStream(stream, event('A'), options);
    t.equal((await client.appendToStream(stream, [], options)).nextExpectedRevision, 0n);
  });
}

t.test('an event comes back as it was written', async (t) => {
  const stream = `as-written-ü-${randomUUID()}`;
  const before = Date.now();
  const json = jsonEvent({ type: 'Jsön', data: { text: 'ü' }, metadata: { $correlationId: 'c' } });
  const binary = binaryEvent({ type: '', data: Buffer.from([0, 255]), metadata: Buffer.from([1]) });
  const { position } = await client.appendToStream(stream, [json, binary]);
  const [first, second] = await collect(client.readStream(stream));
  t.match(first, {
    event: {
      streamId: stream,
      id: json.id,
      revision: 0n,
      type: 'Jsön',
      data: { text: 'ü' },
      metadata: { $correlationId: 'c' },
      isJson: true,
    },
    link: undefined,
  });
  t.match(second, {
    event: { id: binary.id, revision: 1n, type: '', isJson: false, position },
    commitPosition: position?.commit,
  });
  t.same(Buffer.from(second?.event?.data as Uint8Array), Buffer.from([0, 255]));
  const created = first?.event?.created.getTime() ?? 0;
  t.ok(created >= before - 1 && created <= Date.now() + 1, 'created now');
});

t.test('reads of a stream begin and end where they are told', async (t) => {
  const stream = `read-${randomUUID()}`;
  await client.appendToStream(
    stream,
    ['A', 'B', 'C', 'D', 'E'].map((type) => event(type)),
  );
  const read = async (options: Parameters<typeof client.readStream>[1]): Promise<string> =>
    (await collect(client.readStream(stream, options))).map(({ event }) => event?.type).join('');
  t.equal(await read({}), 'ABCDE');
  t.equal(await read({ fromRevision: 2n }), 'CDE');
  t.equal(await read({ fromRevision: 1n, maxCount: 2 }), 'BC');
  t.equal(await read({ fromRevision: 9n }), '');
  t.equal(await read({ direction: BACKWARDS, fromRevision: END }), 'EDCBA');
  t.equal(await read({ direction: BACKWARDS, fromRevision: START }), 'A');
  t.equal(await read({ direction: BACKWARDS, fromRevision: 2n, maxCount: 2 }), 'CB');
  t.equal(await read({ direction: BACKWARDS, fromRevision: 9n }), 'EDCBA');
  t.match(
    await errorOf(collect(client.readStream(stream, { maxCount: 0 }))),
    /Unexpected ReadStreamResult: Error/,
  );
  const missing = `missing-${randomUUID()}`;
  t.match(await errorOf(collect(client.readStream(missing))), {
    type: 'stream-not-found',
    streamName: missing,
  });
});

t.test('reads of $all: order, directions, limits', async (t) => {
  const mark = randomUUID();
  const positions = [];
  for (const name of ['one', 'two', 'one', 'three']) {
    const { position } = await client.appendToStream(`${mark}${name}`, event(`${mark}-${name}`));
    if (position !== undefined) positions.push(position);
  }
  const [first, second] = positions;
  if (first === undefined || second === undefined) throw new Error('positions');
  const read = async (options: Parameters<typeof client.readAll>[0]): Promise<(string | undefined)[]> =>
    (await collect(client.readAll(options)))
      .map(({ event }) => event?.streamId)
      .filter((stream) => stream?.startsWith(mark))
      .map((stream) => stream?.slice(mark.length));
  t.same(await read({}), ['one', 'two', 'one', 'three']);
  t.same(
    await read({ fromPosition: second }),
    ['two', 'one', 'three'],
    'forwards from a position: inclusive',
  );
  t.same(await read({ fromPosition: second, maxCount: 2 }), ['two', 'one']);
  t.same(await read({ direction: BACKWARDS, fromPosition: END }), ['three', 'one', 'two', 'one']);
  t.same(
    await read({ direction: BACKWARDS, fromPosition: second }),
    ['one'],
    'backwards from a position: exclusive',
  );
  const off = { commit: first.commit + 1n, prepare: first.prepare + 1n };
  t.match(await errorOf(collect(client.readAll({ fromPosition: off }))), /Unexpected ReadAllResult: Error/);
  const beyond = { commit: 2n ** 40n, prepare: 2n ** 40n };
  t.same(await collect(client.readAll({ fromPosition: beyond })), []);
});

t.test('links are followed where that is asked for', async (t) => {
  const mark = randomUUID();
  const target = `target-${mark}`;
  const links = `links-${mark}`;
  await client.appendToStream(target, [event('A'), event('B')]);
  await client.appendToStream(
    links,
    [`1@${target}`, `7@${target}`, `0@${target}`].map((data) =>
      binaryEvent({ type: '$>', data: Buffer.from(data) }),
    ),
  );
  const plain = await collect(client.readStream(links));
  t.same(
    plain.map(({ event, link }) => [event?.type, link]),
    [
      ['$>', undefined],
      ['$>', undefined],
      ['$>', undefined],
    ],
  );
  const resolved = await collect(client.readStream(links, { resolveLinkTos: true }));
  t.same(
    resolved.map(({ event, link }) => [event?.type, link?.revision, link?.streamId]),
    [
      ['B', 0n, links],
      [undefined, 1n, links],
      ['A', 2n, links],
    ],
  );
});

t.test('metadata hides events, by count, by revision and by age; revisions stay', async (t) => {
  const stream = `metadata-${randomUUID()}`;
  await client.appendToStream(
    stream,
    ['A', 'B', 'C', 'D', 'E'].map((type) => event(type)),
  );
  await client.setStreamMetadata(stream, { maxCount: 3, owner: 'us' });
  t.same(await types(stream), ['C', 'D', 'E']);
  t.match(await client.getStreamMetadata(stream), { metadata: { maxCount: 3, owner: 'us' } });
  await client.setStreamMetadata(stream, { maxCount: 3, truncateBefore: 4 });
  t.same(await types(stream), ['E']);
  await client.appendToStream(stream, event('F'), { expectedRevision: 4n });
  t.same(await types(stream), ['E', 'F']);
  t.same(
    (await collect(client.readStream(`$$${stream}`))).map(({ event }) => event?.revision),
    [1n],
  );
  await client.setStreamMetadata(stream, { truncateBefore: 99 });
  t.same(await types(stream), []);
  await client.setStreamMetadata(stream, { maxAge: 3600 });
  t.same(await types(stream), ['A', 'B', 'C', 'D', 'E', 'F']);
  await client.setStreamMetadata(stream, { maxAge: 1 });
  await waitFor('the events to be older than a second', async () => (await types(stream)).length === 0);
});

t.test('a soft delete hides the stream until the next append, which goes on counting', async (t) => {
  const stream = `soft-${randomUUID()}`;
  t.match(await errorOf(client.deleteStream(stream)), {
    type: 'wrong-expected-version',
    actualVersion: -1n,
  });
  await client.appendToStream(
    stream,
    ['A', 'B', 'C'].map((type) => event(type)),
  );
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
  t.same(await types(stream), ['D', 'E']);
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
  for (const [, options] of ways) {
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

t.test('a subscription to a stream: history, caught up, what comes, the tombstone', async (t) => {
  const stream = `followed-${randomUUID()}`;
  await client.appendToStream(
    stream,
    ['A', 'B', 'C'].map((type) => event(type)),
  );
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
  await client.appendToStream(
    `other-${mark}`,
    ['x', 'y', 'z'].map((type) => event(type)),
  );
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

t.test('$ce- and $bc- streams hold links, in the order of the log', async (t) => {
  const category = randomUUID().replaceAll('-', '');
  const correlated = jsonEvent({ type: 'B', data: {}, metadata: { $correlationId: category } });
  await client.appendToStream(`${category}-1`, event('A'));
  await client.appendToStream(`${category}-2`, [correlated, event('C')]);
  await client.appendToStream(`${category}-1`, event('D'));
  const links = await collect(client.readStream(`$ce-${category}`));
  t.same(
    links.map(({ event }) => [
      event?.type,
      Buffer.from(event?.data as Uint8Array).toString(),
      event?.revision,
    ]),
    [
      ['$>', `0@${category}-1`, 0n],
      ['$>', `0@${category}-2`, 1n],
      ['$>', `1@${category}-2`, 2n],
      ['$>', `1@${category}-1`, 3n],
    ],
  );
  const resolved = await collect(
    client.readStream(`$ce-${category}`, { resolveLinkTos: true, direction: BACKWARDS, fromRevision: END }),
  );
  t.same(
    resolved.map(({ event }) => event?.type),
    ['D', 'C', 'B', 'A'],
  );
  const conversation = await collect(client.readStream(`$bc-${category}`, { resolveLinkTos: true }));
  t.same(
    conversation.map(({ event }) => event?.type),
    ['B'],
  );
});

t.test('after a restart everything is there, and positions are the same', async (t) => {
  const first = await startTestNode(t, t.testdir());
  await first.client.appendToStream(
    'kept-1',
    ['A', 'B'].map((type) => event(type)),
  );
  const id = randomUUID();
  await first.client.appendToStream('kept-2', event('C', id));
  await first.client.setStreamMetadata('kept-1', { truncateBefore: 1 });
  const all = async ({ client }: TestNode) =>
    (await collect(client.readAll())).map(({ event }) => [
      event?.streamId,
      event?.type,
      event?.position.commit,
    ]);
  const before = await all(first);
  const second = await first.restart();
  t.same(await all(second), before);
  t.same(await types('kept-1', second), ['B']);
  t.equal(
    (await second.client.appendToStream('kept-2', event('C', id), { expectedRevision: NO_STREAM }))
      .nextExpectedRevision,
    0n,
  );
  t.equal(
    (await second.client.appendToStream('kept-2', event('C', id))).nextExpectedRevision,
    1n,
    'ids are forgotten',
  );
});
