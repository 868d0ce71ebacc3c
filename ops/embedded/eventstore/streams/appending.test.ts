import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AppendExpectedRevision,
  binaryEvent,
  NO_STREAM,
  STREAM_EXISTS,
} from '@eventstore/db-client';
import t from 'tap';
import { collect, errorOf } from '../testing/answers.ts';
import { startTestNode } from '../testing/start-node.ts';
import { event, events, types, WAYS } from './testing/events.ts';

const { client } = await startTestNode(t);

for (const [way, options] of WAYS) {
  t.test(`${way}: expected revisions`, async (t) => {
    const stream = `expected-${randomUUID()}`;
    const first = await client.appendToStream(stream, [event('A'), event('B')], {
      ...options,
      expectedRevision: NO_STREAM,
    });
    const second = await client.appendToStream(stream, event('C'), { ...options, expectedRevision: 1n });
    await client.appendToStream(stream, event('D'), { ...options, expectedRevision: STREAM_EXISTS });
    await client.appendToStream(stream, event('E'), { ...options, expectedRevision: ANY });
    t.same(await types(client, stream), ['A', 'B', 'C', 'D', 'E']);
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
    t.same(await types(client, stream), ['A', 'B']);
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
    const [a, b, c, d] = events('A', 'B', 'C', 'D');
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
      t.same(await types(client, stream), after, name);
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
