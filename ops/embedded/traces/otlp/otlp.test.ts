import { gzipSync } from 'node:zlib';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import t from 'tap';
import { span, start } from '../testing/start-traces.ts';

/** Runs what a service would do under the real SDK, which exports everything when it shuts down. */
async function asService<T>(environment: Record<string, string>, work: (tracer: Tracer) => T): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', ...environment });
  const sdk = new NodeSDK({ autoDetectResources: true });
  try {
    sdk.start();
    const result = work(trace.getTracer('test-scope'));
    await sdk.shutdown();
    return result;
  } finally {
    trace.disable();
    context.disable();
    process.env = before;
  }
}

for (const [protocol, compression] of [
  ['http/protobuf', 'none'],
  ['http/protobuf', 'gzip'],
  ['http/json', 'gzip'],
  ['http/json', 'none'],
] as const) {
  t.test(`a trace over two services, exported by ${protocol} with compression ${compression}`, async (t) => {
    const { otlp, json, page } = await start(t);
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    };
    const error = new TypeError('the mail server said no');
    const publish = await asService({ ...environment, OTEL_SERVICE_NAME: 'customer' }, (tracer) => {
      const root = tracer.startSpan('POST /issues', { kind: SpanKind.SERVER, startTime: [1_767_323_045, 0] });
      root.setAttributes({ 'deskstream.correlation_id': 'c-1', 'http.response.status_code': 303, ok: true });
      const inside = trace.setSpan(ROOT_CONTEXT, root);
      const child = tracer.startSpan(
        'send backoffice.inbox',
        { kind: SpanKind.PRODUCER, startTime: [1_767_323_045, 1_500_000] },
        inside,
      );
      child.end([1_767_323_045, 2_000_000]);
      root.end([1_767_323_045, 5_000_000]);
      return child.spanContext();
    });
    const failed = await asService({ ...environment, OTEL_SERVICE_NAME: 'backoffice' }, (tracer) => {
      const handler = tracer.startSpan(
        'process backoffice.inbox',
        { kind: SpanKind.CONSUMER, startTime: [1_767_323_045, 3_000_000], links: [{ context: publish }] },
        trace.setSpanContext(ROOT_CONTEXT, publish),
      );
      handler.setAttribute('ratio', 0.5).setAttribute('tags', ['a', 'b']);
      handler.recordException(error, [1_767_323_045, 3_500_000]);
      handler.setStatus({ code: SpanStatusCode.ERROR, message: 'handler failed' });
      handler.end([1_767_323_045, 4_000_000]);
      return handler.spanContext();
    });

    const { traces } = await json('/api/traces?correlationId=c-1');
    t.strictSame(traces, [
      {
        traceId: publish.traceId,
        name: 'POST /issues',
        service: 'customer',
        complete: true,
        services: ['customer', 'backoffice'],
        spans: 3,
        errors: 1,
        startTime: '2026-01-02T03:04:05.000000Z',
        durationMs: 5,
        correlationIds: ['c-1'],
      },
    ]);
    const { spans } = await json(`/api/traces/${publish.traceId}`);
    const root = spans[0]?.spanId;
    const common = { scope: 'test-scope', status: 'UNSET', statusMessage: '', links: [], events: [] };
    t.strictSame(
      spans.map(({ instance: _, ...span }) => span),
      [
        {
          ...common,
          spanId: root,
          parentSpanId: null,
          name: 'POST /issues',
          kind: 'SERVER',
          service: 'customer',
          startTime: '2026-01-02T03:04:05.000000Z',
          durationMs: 5,
          attributes: { 'deskstream.correlation_id': 'c-1', 'http.response.status_code': 303, ok: true },
        },
        {
          ...common,
          spanId: publish.spanId,
          parentSpanId: root,
          name: 'send backoffice.inbox',
          kind: 'PRODUCER',
          service: 'customer',
          startTime: '2026-01-02T03:04:05.001500Z',
          durationMs: 0.5,
          attributes: {},
        },
        {
          ...common,
          spanId: failed.spanId,
          parentSpanId: publish.spanId,
          name: 'process backoffice.inbox',
          kind: 'CONSUMER',
          service: 'backoffice',
          startTime: '2026-01-02T03:04:05.003000Z',
          durationMs: 1,
          status: 'ERROR',
          statusMessage: 'handler failed',
          attributes: { ratio: 0.5, tags: ['a', 'b'] },
          events: [
            {
              name: 'exception',
              time: '2026-01-02T03:04:05.003500Z',
              attributes: {
                'exception.type': 'TypeError',
                'exception.message': 'the mail server said no',
                'exception.stacktrace': error.stack,
              },
            },
          ],
          links: [{ traceId: publish.traceId, spanId: publish.spanId, attributes: {} }],
        },
      ],
    );

    t.match(await page('/'), /POST \/issues/);
    const shown = await page(`/traces/${publish.traceId}`);
    t.match(shown, /i0".*POST \/issues.*i1".*send backoffice\.inbox.*i2 failed".*process backoffice\.inbox/s);
    t.match(shown, /the mail server said no.*TypeError.*otlp\.test/s, 'message, type and stack');
    t.notMatch(shown, / style=|<script>/);
  });
}

t.test('what is wrong is refused the way OTLP says', async (t) => {
  const { otlp, json, send, url } = await start(t);
  const post = async (path: string, body: string | Buffer, headers: Record<string, string>) => {
    const answer = await fetch(otlp + path, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
    });
    const content = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, type: answer.headers.get('content-type'), content };
  };
  const asJson = { 'content-type': 'application/json' };
  const asProtobuf = { 'content-type': 'application/x-protobuf' };

  t.match(await post('/v1/traces', 'x', { 'content-type': 'text/plain' }), { status: 415 });
  t.match(await post('/v1/traces', '{}', { ...asJson, 'content-encoding': 'br' }), { status: 415 });
  t.match(await post('/v1/traces', '{', asJson), { status: 400, type: /^application\/json/ });
  t.match(await post('/v1/traces', '{"resourceSpans":7}', asJson), { status: 400 });
  t.match(await post('/v1/traces', 'no gzip', { ...asJson, 'content-encoding': 'gzip' }), { status: 400 });
  t.match(await post('/v1/traces', 'no protobuf', asProtobuf), {
    status: 400,
    type: 'application/x-protobuf',
  });
  const bomb = gzipSync(Buffer.alloc(40_000_000, 32));
  t.match(await post('/v1/traces', bomb, { ...asJson, 'content-encoding': 'gzip' }), { status: 413 });
  t.match(await post('/v1/traces', Buffer.alloc(9_000_000, 32), asJson), { status: 413 });
  t.match(await post('/v1/nothing', '{}', asJson), { status: 404 });
  t.equal((await fetch(`${otlp}/v1/traces`)).status, 405);

  for (const signal of ['metrics', 'logs']) {
    const { status, content } = await post(`/v1/${signal}`, '{}', asJson);
    t.equal(status, 501);
    t.match(JSON.parse(content.toString()), { code: 12, message: /keeps traces only/ });
  }
  t.match((await post('/v1/metrics', '', asProtobuf)).content.toString('latin1'), /keeps traces only/);

  t.same(await (await post('/v1/traces', '{}', asJson)).content.toString(), '{}');
  const partly = await send([
    span(1),
    span(2, { traceId: '0'.repeat(32) }),
    span(3, { startTimeUnixNano: '0' }),
  ]);
  t.equal(partly.status, 200);
  t.strictSame(await partly.json(), {
    partialSuccess: {
      rejectedSpans: 2,
      errorMessage:
        'Not kept: a trace id must be 16 bytes that are not all zero; a span must have a start and an end time.',
    },
  });
  t.match(await json('/api/traces'), { traces: [{ spans: 1 }] });
  t.equal((await fetch(`${url}/traces/nothing`)).status, 404);
});

t.test('protobuf with several scopes, long texts and lists is kept and cut as JSON is', async (t) => {
  const { otlp, json } = await start(t);
  const long = 'x'.repeat(40_000);
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp, OTEL_SERVICE_NAME: 'customer' };
  const { traceId } = await asService(environment, () => {
    const root = trace.getTracer('one').startSpan('a');
    const inside = trace.setSpan(ROOT_CONTEXT, root);
    const wide = trace.getTracer('two').startSpan('b', {}, inside);
    wide.setAttributes({ long, list: [1, 2.5], 'deskstream.correlation_id': 'c-2' });
    const links = [{ context: root.spanContext(), attributes: { as: 'batch' } }];
    const last = trace
      .getTracer('one')
      .startSpan('c', { links, attributes: { half: 0.5, on: false } }, inside);
    for (const span of [last, wide, root]) span.end();
    return root.spanContext();
  });
  const { spans } = await json(`/api/traces/${traceId}`);
  const shown = spans.map(({ name, scope, attributes, links }) => ({ name, scope, attributes, links }));
  shown.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  const cut = `${long.slice(0, 32_768)} … (40000 characters in all)`;
  t.strictSame(shown, [
    { name: 'a', scope: 'one', attributes: {}, links: [] },
    {
      name: 'b',
      scope: 'two',
      attributes: { long: cut, list: [1, 2.5], 'deskstream.correlation_id': 'c-2' },
      links: [],
    },
    {
      name: 'c',
      scope: 'one',
      attributes: { half: 0.5, on: false },
      links: [
        { traceId, spanId: spans.find(({ name }) => name === 'a')?.spanId, attributes: { as: 'batch' } },
      ],
    },
  ]);
  t.match(await json('/api/traces?correlationId=c-2'), { traces: [{ traceId, spans: 3 }] });
});
