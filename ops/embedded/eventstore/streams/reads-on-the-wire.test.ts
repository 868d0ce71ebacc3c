import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import t from 'tap';
import { drain, openStubs, statusOf } from '../testing/stubs.ts';
import { readRequest } from './testing/read-request.ts';

const { client, address, streams } = await openStubs(t);

t.test('ids come as two numbers where that is asked for', async (t) => {
  const id = 'ffeeddcc-bbaa-4988-8776-655443322110';
  const stream = `structured-${randomUUID()}`;
  await client.appendToStream(stream, jsonEvent({ type: 'A', data: {}, id }));
  const { messages } = await drain(streams.read(readRequest({ stream, textIds: false })));
  const event = messages[0]?.getEvent()?.getEvent();
  const halves = event?.getId()?.getStructured();
  t.equal(BigInt.asUintN(64, BigInt(halves?.getMostSignificantBits() ?? 0)), 0xffeeddccbbaa4988n);
  t.equal(BigInt.asUintN(64, BigInt(halves?.getLeastSignificantBits() ?? 0)), 0x8776655443322110n);
  const metadata = event?.getMetadataMap();
  t.strictSame([metadata?.get('type'), metadata?.get('content-type')], ['A', 'application/json']);
  t.match(metadata?.get('created'), /^\d{17}$/);
});

t.test('newer clients hear where the stream begins and ends', async (t) => {
  const stream = `compatible-${randomUUID()}`;
  const events = Array.from({ length: 5 }, () => jsonEvent({ type: 'A', data: {} }));
  await client.appendToStream(stream, events);
  const shape = async (revision: number): Promise<string[]> =>
    (await drain(streams.read(readRequest({ stream, revision, compatibility: 1 })))).messages.map(
      (message) => {
        if (message.hasFirstStreamPosition()) return `first ${message.getFirstStreamPosition()}`;
        if (message.hasLastStreamPosition()) return `last ${message.getLastStreamPosition()}`;
        return `event ${message.getEvent()?.getEvent()?.getStreamRevision()}`;
      },
    );
  t.same(await shape(3), ['event 3', 'event 4', 'last 4']);
  t.same(await shape(9), ['first 5', 'last 4']);
  await client.setStreamMetadata(stream, { truncateBefore: 4 });
  t.same(await shape(0), ['first 4', 'event 4', 'last 4']);
});

t.test('a filtered read of $all, with a limit on what matches', async (t) => {
  const mark = randomUUID();
  for (const name of ['a', 'x', 'a', 'b']) {
    await client.appendToStream(`${name}-${mark}`, jsonEvent({ type: 'T', data: {} }));
  }
  const read = async (count: number) =>
    (await drain(streams.read(readRequest({ prefixes: [`a-${mark}`, `b-${mark}`], count })))).messages.map(
      (message) =>
        Buffer.from(
          message.getEvent()?.getEvent()?.getStreamIdentifier()?.getStreamName_asU8() ?? '',
        ).toString(),
    );
  t.same(await read(10), [`a-${mark}`, `a-${mark}`, `b-${mark}`]);
  t.same(await read(2), [`a-${mark}`, `a-${mark}`]);
});

t.test('arguments that the real server stumbles over', async (t) => {
  for (const request of [
    readRequest({ stream: '' }),
    readRequest({ position: [10, 20] }),
    readRequest({ prefixes: ['a'], multiplier: 0 }),
  ]) {
    const { error } = await drain(streams.read(request));
    t.strictSame(statusOf(error), { code: 2, details: 'Exception was thrown by handler.', trailers: {} });
  }
  const { error } = await drain(streams.read(readRequest({ count: 0 })));
  t.strictSame(statusOf(error), { code: 2, details: 'Unexpected ReadAllResult: Error', trailers: {} });
});

t.test('a method that is not there', async (t) => {
  const caller = new Client(address, credentials.createInsecure());
  const bytes = (value: Buffer): Buffer => value;
  const error = await new Promise<ServiceError | null>((resolve) => {
    caller.makeUnaryRequest('/event_store.client.users.Users/Create', bytes, bytes, Buffer.alloc(0), resolve);
  });
  t.strictSame(statusOf(error), { code: 12, details: 'Method is unimplemented.', trailers: {} });
  caller.close();
});
