import { randomUUID } from 'node:crypto';
import { BACKWARDS, binaryEvent, END, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import t from 'tap';
import { collect, errorOf } from '../testing/answers.ts';
import { startTestNode, type TestNode } from '../testing/start-node.ts';
import { event, events, types } from './testing/events.ts';

const { client } = await startTestNode(t);

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
  await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E'));
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

t.test('after a restart everything is there, and positions are the same', async (t) => {
  const first = await startTestNode(t);
  await first.client.appendToStream('kept-1', events('A', 'B'));
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
  t.same(await types(second.client, 'kept-1'), ['B']);
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
