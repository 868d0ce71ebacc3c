import { randomUUID } from 'node:crypto';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import t from 'tap';
import { drain, identifier, openStubs, statusOf } from '../testing/stubs.ts';
import { append, type Batch, batchRequest } from './testing/append-requests.ts';

const { client, streams } = await openStubs(t);

const any = (options: streamsPb.AppendReq.Options) => options.setAny(new sharedPb.Empty());

t.test('append: what is missing or malformed', async (t) => {
  const stream = `malformed-${randomUUID()}`;
  const missing = await append(streams, stream, any, [{ metadata: { 'content-type': 'application/json' } }]);
  t.strictSame(statusOf(missing.error), {
    code: 3,
    details: "Required Metadata Property 'type' is missing",
    trailers: {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    },
  });
  for (const id of ['00000000-0000-0000-0000-000000000000', 'nonsense']) {
    t.strictSame(statusOf((await append(streams, stream, any, [{ id }])).error), {
      code: 2,
      details: 'Exception was thrown by handler.',
      trailers: {},
    });
  }
  const large = await append(streams, stream, any, [{ data: Buffer.alloc(1_048_577) }]);
  t.strictSame(statusOf(large.error), {
    code: 3,
    details: 'Maximum Append Size of 1048576 Exceeded.',
    trailers: {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': '1048576',
    },
  });
  const plain = await append(streams, stream, any, [
    { metadata: { type: '', 'content-type': 'text/plain' } },
  ]);
  t.equal(plain.response?.getSuccess()?.getCurrentRevision(), '0');
});

t.test('append: a wrong expectation carries the old fields and the new ones', async (t) => {
  const stream = `old-and-new-${randomUUID()}`;
  const noStream = (options: streamsPb.AppendReq.Options) => options.setNoStream(new sharedPb.Empty());
  await append(streams, stream, any, [{}, {}]);
  const wrong = (await append(streams, stream, noStream, [{}])).response?.getWrongExpectedVersion();
  t.match(wrong?.toObject(), {
    currentRevision: '1',
    currentRevision2060: '1',
    expectedRevision2060: '18446744073709551615',
    expectedNoStream: {},
  });
  const missing = await append(streams, `missing-${randomUUID()}`, (options) => options.setRevision('3'), [
    {},
  ]);
  t.match(missing.response?.getWrongExpectedVersion()?.toObject(), {
    currentNoStream: {},
    noStream2060: {},
    expectedRevision: '3',
    expectedRevision2060: '3',
  });
});

t.test(
  'batch append: every error is an answer of its own, and the call ends when all are answered',
  async (t) => {
    const stream = `batch-${randomUUID()}`;
    const gone = `gone-${randomUUID()}`;
    await client.tombstoneStream(gone);
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
      // Without a deadline of its own, which could pass before the request arrives: the node's is two seconds.
      { stream, isFinal: false },
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
  await append(streams, stream, any, [{}, {}]);
  const options = new streamsPb.DeleteReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setNoStream(new sharedPb.Empty());
  const request = new streamsPb.DeleteReq();
  request.setOptions(options);
  const error = await new Promise<ServiceError | null>((resolve) =>
    streams.delete(request, (failed) => resolve(failed)),
  );
  t.strictSame(statusOf(error), {
    code: 9,
    details: `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: -1, Actual version: 1`,
    trailers: {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': '-1',
      'actual-version': '1',
    },
  });
});
