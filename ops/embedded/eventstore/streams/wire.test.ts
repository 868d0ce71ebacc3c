import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { Client, type ClientReadableStream, credentials, type ServiceError } from '@grpc/grpc-js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js';
import t from 'tap';
import { startTestNode } from '../testing/start-node.ts';
import { waitFor } from '../testing/wait-for.ts';

/** What the official client never says, or never shows: asked with the generated messages themselves. */

const node = await startTestNode(t);
const address = `127.0.0.1:${node.port}`;
const streams = new streamsGrpc.StreamsClient(address, credentials.createInsecure());
const groups = new persistentGrpc.PersistentSubscriptionsClient(address, credentials.createInsecure());
t.teardown(() => {
  streams.close();
  groups.close();
});

function identifier(stream: string): sharedPb.StreamIdentifier {
  const message = new sharedPb.StreamIdentifier();
  message.setStreamName(Buffer.from(stream));
  return message;
}

function uuid(text: string): sharedPb.UUID {
  const message = new sharedPb.UUID();
  message.setString(text);
  return message;
}

type ReadOptions = {
  stream?: string;
  revision?: number;
  position?: [commit: number, prepare: number];
  count?: number;
  compatibility?: number;
  textIds?: boolean;
  prefixes?: string[];
  multiplier?: number;
  resolveLinks?: boolean;
};

function readRequest({
  stream,
  revision = 0,
  position,
  count = 100,
  ...rest
}: ReadOptions): streamsPb.ReadReq {
  const options = new streamsPb.ReadReq.Options();
  if (stream !== undefined) {
    const target = new streamsPb.ReadReq.Options.StreamOptions();
    target.setStreamIdentifier(identifier(stream));
    target.setRevision(String(revision));
    options.setStream(target);
  } else {
    const target = new streamsPb.ReadReq.Options.AllOptions();
    if (position === undefined) target.setStart(new sharedPb.Empty());
    else {
      const at = new streamsPb.ReadReq.Options.Position();
      at.setCommitPosition(String(position[0]));
      at.setPreparePosition(String(position[1]));
      target.setPosition(at);
    }
    options.setAll(target);
  }
  options.setCount(String(count));
  options.setResolveLinks(rest.resolveLinks ?? false);
  const ids = new streamsPb.ReadReq.Options.UUIDOption();
  if (rest.textIds === false) ids.setStructured(new sharedPb.Empty());
  else ids.setString(new sharedPb.Empty());
  options.setUuidOption(ids);
  if (rest.prefixes === undefined) options.setNoFilter(new sharedPb.Empty());
  else {
    const expression = new streamsPb.ReadReq.Options.FilterOptions.Expression();
    expression.setPrefixList(rest.prefixes);
    const filter = new streamsPb.ReadReq.Options.FilterOptions();
    filter.setStreamIdentifier(expression);
    filter.setCheckpointintervalmultiplier(rest.multiplier ?? 1);
    options.setFilter(filter);
  }
  if (rest.compatibility !== undefined) {
    const control = new streamsPb.ReadReq.Options.ControlOption();
    control.setCompatibility(rest.compatibility);
    options.setControlOption(control);
  }
  const request = new streamsPb.ReadReq();
  request.setOptions(options);
  return request;
}

/** Everything that a call answers, and the error that it ends with. */
async function drain<T>(
  call: ClientReadableStream<T>,
): Promise<{ messages: T[]; error: ServiceError | undefined }> {
  const messages: T[] = [];
  const error = await new Promise<ServiceError | undefined>((resolve) => {
    call.on('data', (message: T) => messages.push(message));
    call.on('end', () => resolve(undefined));
    call.on('error', resolve);
  });
  return { messages, error };
}

function trailers(error: ServiceError | undefined): Record<string, unknown> {
  const { 'content-type': _, date: __, ...rest } = error?.metadata.getMap() ?? {};
  return rest;
}

t.test('ids come as two numbers where that is asked for', async (t) => {
  const id = 'ffeeddcc-bbaa-4988-8776-655443322110';
  const stream = `structured-${randomUUID()}`;
  await node.client.appendToStream(stream, jsonEvent({ type: 'A', data: {}, id }));
  const { messages } = await drain(streams.read(readRequest({ stream, textIds: false })));
  const event = messages[0]?.getEvent()?.getEvent();
  const halves = event?.getId()?.getStructured();
  t.equal(BigInt.asUintN(64, BigInt(halves?.getMostSignificantBits() ?? 0)), 0xffeeddccbbaa4988n);
  t.equal(BigInt.asUintN(64, BigInt(halves?.getLeastSignificantBits() ?? 0)), 0x8776655443322110n);
  const metadata = event?.getMetadataMap();
  t.match([metadata?.get('type'), metadata?.get('content-type')], ['A', 'application/json']);
  t.match(metadata?.get('created'), /^\d{17}$/);
});

t.test('newer clients hear where the stream begins and ends', async (t) => {
  const stream = `compatible-${randomUUID()}`;
  const events = Array.from({ length: 5 }, () => jsonEvent({ type: 'A', data: {} }));
  await node.client.appendToStream(stream, events);
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
  await node.client.setStreamMetadata(stream, { truncateBefore: 4 });
  t.same(await shape(0), ['first 4', 'event 4', 'last 4']);
});

t.test('a filtered read of $all, with a limit on what matches', async (t) => {
  const mark = randomUUID();
  for (const name of ['a', 'x', 'a', 'b']) {
    await node.client.appendToStream(`${name}-${mark}`, jsonEvent({ type: 'T', data: {} }));
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
    t.match(error, { code: 2, details: 'Exception was thrown by handler.' });
    t.same(trailers(error), {});
  }
  const { error } = await drain(streams.read(readRequest({ count: 0 })));
  t.match(error, { code: 2, details: 'Unexpected ReadAllResult: Error' });
});

t.test('a method that is not there', async (t) => {
  const client = new Client(address, credentials.createInsecure());
  const bytes = (value: Buffer): Buffer => value;
  const error = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest('/event_store.client.users.Users/Create', bytes, bytes, Buffer.alloc(0), resolve);
  });
  t.match(error, { code: 12, details: 'Method is unimplemented.' });
  client.close();
});

type Proposed = { id?: string; metadata?: Record<string, string>; data?: Buffer };

function append(
  stream: string,
  expected: (options: streamsPb.AppendReq.Options) => unknown,
  events: Proposed[],
) {
  return new Promise<{ response: streamsPb.AppendResp | undefined; error: ServiceError | null }>(
    (resolve) => {
      const call = streams.append((error, response) => resolve({ error, response }));
      const options = new streamsPb.AppendReq.Options();
      options.setStreamIdentifier(identifier(stream));
      expected(options);
      const first = new streamsPb.AppendReq();
      first.setOptions(options);
      call.write(first);
      for (const {
        id = randomUUID(),
        metadata = { type: 'T', 'content-type': 'application/json' },
        data = Buffer.from('{}'),
      } of events) {
        const proposed = new streamsPb.AppendReq.ProposedMessage();
        proposed.setId(uuid(id));
        for (const [key, value] of Object.entries(metadata)) proposed.getMetadataMap().set(key, value);
        proposed.setData(data);
        const request = new streamsPb.AppendReq();
        request.setProposedMessage(proposed);
        call.write(request);
      }
      call.end();
    },
  );
}

const any = (options: streamsPb.AppendReq.Options) => options.setAny(new sharedPb.Empty());

t.test('append: what is missing or malformed', async (t) => {
  const stream = `malformed-${randomUUID()}`;
  const missing = await append(stream, any, [{ metadata: { 'content-type': 'application/json' } }]);
  t.match(missing.error, { code: 3, details: "Required Metadata Property 'type' is missing" });
  t.same(trailers(missing.error ?? undefined), {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
  for (const id of ['00000000-0000-0000-0000-000000000000', 'nonsense']) {
    t.match((await append(stream, any, [{ id }])).error, {
      code: 2,
      details: 'Exception was thrown by handler.',
    });
  }
  const large = await append(stream, any, [{ data: Buffer.alloc(1_048_577) }]);
  t.match(large.error, { code: 3, details: 'Maximum Append Size of 1048576 Exceeded.' });
  t.same(trailers(large.error ?? undefined), {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': '1048576',
  });
  const plain = await append(stream, any, [{ metadata: { type: '', 'content-type': 'text/plain' } }]);
  t.equal(plain.response?.getSuccess()?.getCurrentRevision(), '0');
});

t.test('append: a wrong expectation carries the old fields and the new ones', async (t) => {
  const stream = `old-and-new-${randomUUID()}`;
  const noStream = (options: streamsPb.AppendReq.Options) => options.setNoStream(new sharedPb.Empty());
  await append(stream, any, [{}, {}]);
  const wrong = (await append(stream, noStream, [{}])).response?.getWrongExpectedVersion();
  t.match(wrong?.toObject(), {
    currentRevision: '1',
    currentRevision2060: '1',
    expectedRevision2060: '18446744073709551615',
    expectedNoStream: {},
  });
  const missing = await append(`missing-${randomUUID()}`, (options) => options.setRevision('3'), [{}]);
  t.match(missing.response?.getWrongExpectedVersion()?.toObject(), {
    currentNoStream: {},
    noStream2060: {},
    expectedRevision: '3',
    expectedRevision2060: '3',
  });
});

type Batch = {
  id?: string;
  stream: string;
  events?: Proposed[];
  isFinal?: boolean;
  deadline?: Date;
  noStream?: boolean;
};

function batchRequest({
  id = randomUUID(),
  stream,
  events = [{}],
  isFinal = true,
  deadline,
  noStream,
}: Batch): streamsPb.BatchAppendReq {
  const options = new streamsPb.BatchAppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  if (noStream) options.setNoStream(new emptyPb.Empty());
  else options.setAny(new emptyPb.Empty());
  if (deadline !== undefined) options.setDeadline(timestampPb.Timestamp.fromDate(deadline));
  const request = new streamsPb.BatchAppendReq();
  request.setCorrelationId(uuid(id));
  request.setOptions(options);
  request.setProposedMessagesList(
    events.map(
      ({
        id: eventId = randomUUID(),
        metadata = { type: 'T', 'content-type': 'application/json' },
        data = Buffer.from('{}'),
      }) => {
        const proposed = new streamsPb.BatchAppendReq.ProposedMessage();
        proposed.setId(uuid(eventId));
        for (const [key, value] of Object.entries(metadata)) proposed.getMetadataMap().set(key, value);
        proposed.setData(data);
        return proposed;
      },
    ),
  );
  request.setIsFinal(isFinal);
  return request;
}

t.test(
  'batch append: every error is an answer of its own, and the call ends when all are answered',
  async (t) => {
    const stream = `batch-${randomUUID()}`;
    const gone = `gone-${randomUUID()}`;
    await node.client.tombstoneStream(gone);
    const call = streams.batchAppend();
    const done = drain(call);
    const ids = Array.from({ length: 8 }, () => randomUUID());
    const sent: Batch[] = [
      { stream, events: [{}, {}] },
      { stream, noStream: true },
      { stream: gone },
      { stream, events: [{ data: Buffer.alloc(1_048_577) }] },
      { stream, events: [{ metadata: { type: 'T' } }] },
      { stream, deadline: new Date(Date.now() - 1000) },
      { stream, isFinal: false, deadline: new Date(Date.now() + 200) },
      { stream },
    ];
    for (const [index, batch] of sent.entries()) call.write(batchRequest({ ...batch, id: ids[index] ?? '' }));
    call.end();
    const { messages, error } = await done;
    t.equal(error, undefined, 'the call ends well');
    const answers = new Map<string, string>();
    const structured: string[] = [];
    for (const message of messages) {
      const outcome = message.hasSuccess()
        ? `revision ${message.getSuccess()?.getCurrentRevision()}`
        : `${message.getError()?.getCode()} ${message.getError()?.getMessage()} ${message.getError()?.getDetails()?.getTypeName()}`;
      const id = message.getCorrelationId();
      if (id?.hasString()) answers.set(id.getString(), outcome);
      else structured.push(outcome);
    }
    t.same(
      ids.map((id) => answers.get(id)),
      [
        'revision 1',
        '6 WrongExpectedVersion event_store.client.WrongExpectedVersion',
        '5 StreamDeleted event_store.client.StreamDeleted',
        '3 MaximumAppendSizeExceeded event_store.client.MaximumAppendSizeExceeded',
        '3 BadRequest event_store.client.BadRequest',
        '4 Timeout event_store.client.Timeout',
        undefined,
        'revision 2',
      ],
    );
    t.same(
      structured,
      ['4 Timeout event_store.client.Timeout'],
      'what never became complete is told by number',
    );
  },
);

t.test('batch append: one append in several messages is one append', async (t) => {
  const stream = `parts-${randomUUID()}`;
  const call = streams.batchAppend();
  const done = drain(call);
  const id = randomUUID();
  call.write(batchRequest({ id, stream, isFinal: false, events: [{}, {}] }));
  const last = batchRequest({ id, stream, events: [{}] });
  last.clearOptions();
  call.write(last);
  call.end();
  const { messages } = await done;
  t.equal(messages.length, 1);
  t.equal(messages[0]?.getSuccess()?.getCurrentRevision(), '2');
});

t.test('delete: trailers tell both revisions', async (t) => {
  const stream = `trailers-${randomUUID()}`;
  await append(stream, any, [{}, {}]);
  const options = new streamsPb.DeleteReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setNoStream(new sharedPb.Empty());
  const request = new streamsPb.DeleteReq();
  request.setOptions(options);
  const error = await new Promise<ServiceError | null>((resolve) =>
    streams.delete(request, (failed) => resolve(failed)),
  );
  t.match(error, {
    code: 9,
    details: `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: -1, Actual version: 1`,
  });
  t.same(trailers(error ?? undefined), {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': '-1',
    'actual-version': '1',
  });
});

t.test('a group that is created with a strategy that is none', async (t) => {
  const options = new persistentPb.CreateReq.Options();
  const target = new persistentPb.CreateReq.StreamOptions();
  target.setStreamIdentifier(identifier('s'));
  target.setStart(new sharedPb.Empty());
  options.setStream(target);
  options.setGroupName('g');
  const settings = new persistentPb.CreateReq.Settings();
  settings.setConsumerStrategy('Nope');
  settings.setHistoryBufferSize(10);
  options.setSettings(settings);
  const request = new persistentPb.CreateReq();
  request.setOptions(options);
  const error = await new Promise<ServiceError | null>((resolve) =>
    groups.create(request, (failed) => resolve(failed)),
  );
  t.match(error, {
    code: 13,
    details: "Subscription group g on stream s failed: 'Consumer strategy Nope does not exist.'",
  });
  t.same(trailers(error ?? undefined), {
    exception: 'persistent-subscription-failed',
    'stream-name': 's',
    'group-name': 'g',
    reason: 'Consumer strategy Nope does not exist.',
  });
});

t.test(
  'a consumer that has sent its last message still gets events; a resolved event has its link’s position',
  async (t) => {
    const mark = randomUUID();

    const links = `links-${mark}`;
    await node.client.createPersistentSubscriptionToStream(
      links,
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, resolveLinkTos: true }),
    );
    const call = groups.read();
    const options = new persistentPb.ReadReq.Options();
    options.setStreamIdentifier(identifier(links));
    options.setGroupName('g');
    options.setBufferSize(10);
    const request = new persistentPb.ReadReq();
    request.setOptions(options);
    call.write(request);
    call.end();
    const received: persistentPb.ReadResp[] = [];
    call.on('data', (message: persistentPb.ReadResp) => received.push(message));
    call.on('error', () => {});
    await waitFor('the confirmation', () => received.length === 1);
    t.equal(received[0]?.getSubscriptionConfirmation()?.getSubscriptionId(), `${links}::g`);
    await node.client.appendToStream(`target-${mark}`, jsonEvent({ type: 'A', data: {} }));
    const { position } = await node.client.appendToStream(
      links,
      binaryEvent({ type: '$>', data: Buffer.from(`0@target-${mark}`) }),
    );
    await waitFor('the event', () => received.length === 2);
    const event = received[1]?.getEvent();
    t.equal(event?.getRetryCount(), 0);
    t.equal(event?.getCommitPosition(), String(position?.commit));
    t.equal(event?.getEvent()?.getCommitPosition(), String(position?.commit));
    t.ok(event?.getEvent()?.getId()?.hasStructured(), 'ids come as numbers unless text is asked for');
    call.cancel();
  },
);
