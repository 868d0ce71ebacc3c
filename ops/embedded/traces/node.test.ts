import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import t, { type Test } from 'tap';
import { startTracesNode } from './node.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
type Json = { traces: { name: string }[]; spans: Record<string, unknown>[]; next: string };

const NS = 1_767_323_045_000_000_000n;

async function start(t: Test, options: { keepTraces?: number; dataDir?: string } = {}) {
  const node = await startTracesNode({
    port: 0,
    pagePort: 0,
    ...options,
    dataDir: options.dataDir ?? t.testdir(),
  });
  let closed = false;
  const close = async () => {
    if (!closed) await node.close();
    closed = true;
  };
  t.teardown(close);
  const otlp = `http://127.0.0.1:${node.ports.otlp}`;
  const url = `http://127.0.0.1:${node.ports.tracesPage}`;
  const page = async (path: string) => (await fetch(url + path)).text();
  const json = async (path: string): Promise<Json> => (await fetch(url + path)).json() as Promise<Json>;
  const send = (spans: unknown[], service = 'customer') =>
    fetch(`${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request(spans, service)),
    });
  const names = async (query: string): Promise<string[]> =>
    (await json(`/api/traces?${query}`)).traces.map(({ name }) => name);
  return { otlp, url, page, json, send, names, close };
}

function request(spans: unknown[], service: string) {
  const attributes = [{ key: 'service.name', value: { stringValue: service } }];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] };
}

/** A span of OTLP/JSON that begins some milliseconds after a fixed time. */
function span(spanId: number, more: Record<string, unknown> = {}, startMs = spanId, durationMs = 10) {
  const start = NS + BigInt(startMs) * 1_000_000n;
  return {
    traceId: ID,
    spanId: hex(spanId),
    name: `span ${spanId}`,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.round(durationMs * 1000)) * 1000n),
    ...more,
  };
}

const hex = (id: number) => id.toString(16).padStart(16, '0');
const traceId = (id: number) => id.toString(16).padStart(32, '0');

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
    t.match(shown, /the mail server said no.*TypeError.*node\.test/s, 'message, type and stack');
    t.notMatch(shown, / style=|<script>/);
  });
}

t.test('spans come late, twice and in any order, and traces outlive the node', async (t) => {
  const dataDir = t.testdir();
  const first = await start(t, { dataDir });
  await first.send([span(3, { parentSpanId: hex(2) })], 'backoffice');
  t.match(await first.json('/api/traces'), { traces: [{ name: 'span 3', complete: false, spans: 1 }] });
  const early = await first.page(`/traces/${ID}`);
  t.match(early, /has not arrived/);
  t.match(early, /span <code>0000000000000002<\/code> has not arrived.*i1".*span 3/s);
  await first.close();

  const { json, page, send } = await start(t, { dataDir });
  await send([span(4, { parentSpanId: hex(9) })]);
  await send([span(1), span(3, { parentSpanId: hex(2) })]);
  t.match(await page(`/traces/${ID}`), /i0".*span 1.*missing i1".*i2".*span 3.*missing i1".*i2".*span 4/s);
  await send([span(2, { parentSpanId: hex(1) }), span(9, { parentSpanId: hex(3) })]);
  const { traces } = await json('/api/traces');
  t.equal(traces.length, 1);
  t.match(traces[0], { name: 'span 1', complete: true, spans: 5, durationMs: 18 });
  const whole = await page(`/traces/${ID}`);
  t.match(whole, /i0".*span 1.*i1".*span 2.*i2".*span 3.*i3".*span 9.*i4".*span 4/s);
  t.notMatch(whole, /has not arrived/);
});

t.test('traces are searched by service, operation, error, duration, correlation id and time', async (t) => {
  const { json, names, page, send } = await start(t);
  const named = (id: number, name: string, more: Record<string, unknown>, durationMs: number) =>
    span(1, { traceId: traceId(id), name, ...more }, id * 1000, durationMs);
  const correlation = [{ key: 'deskstream.correlation_id', value: { stringValue: 'c-7' } }];
  await send([named(1, 'GET /', {}, 5), named(2, 'POST /issues', { attributes: correlation }, 50)]);
  await send(
    [named(3, 'process backoffice.inbox', { status: { code: 2, message: 'no' } }, 500)],
    'backoffice',
  );
  t.strictSame(await names(''), ['process backoffice.inbox', 'POST /issues', 'GET /']);
  t.strictSame(await names('limit=1'), ['process backoffice.inbox']);
  t.strictSame(await names('service=backoffice'), ['process backoffice.inbox']);
  t.strictSame(await names('operation=ISSUES'), ['POST /issues']);
  t.strictSame(await names('error=1'), ['process backoffice.inbox']);
  t.strictSame(await names('minMs=50'), ['process backoffice.inbox', 'POST /issues']);
  t.strictSame(await names('minMs=6&maxMs=60'), ['POST /issues']);
  t.strictSame(await names('correlationId=c-7'), ['POST /issues']);
  t.strictSame(await names('correlationId=c-'), []);
  t.strictSame(await names('from=2026-01-02T03:04:07&to=2026-01-02T03:04:08'), ['POST /issues']);

  await send(Array.from({ length: 60 }, (_, id) => named(100 + id, `many ${id}`, {}, 1)));
  const { next } = await json('/api/traces?limit=60');
  t.strictSame(await names(`after=${next}`), ['process backoffice.inbox', 'POST /issues', 'GET /']);
  const first = await page('/?operation=many');
  t.match(first, />many 10</);
  t.notMatch(first, />many 9</);
  const older = /href="([^"]*)" rel="next"/
    .exec(first)?.[1]
    ?.replaceAll('&amp;', '&')
    .replaceAll('&#x3D;', '=');
  t.match(await page(older ?? ''), /many 9<.*many 0</s);
  t.match(await page('/?service=nobody'), /No trace matches/);
});

t.test('the last traces are kept, the ones that heard of a span last', async (t) => {
  const { json, names, send } = await start(t, { keepTraces: 3 });
  for (const id of [1, 2, 3]) await send([span(1, { traceId: traceId(id), name: `trace ${id}` }, id * 1000)]);
  await send([span(2, { traceId: traceId(1), name: 'late' }, 9000)]);
  await send([span(1, { traceId: traceId(4), name: 'trace 4' }, 4000)]);
  t.strictSame(await names(''), ['trace 4', 'trace 3', 'trace 1']);
  t.match(await json(`/api/traces/${traceId(2)}`), { error: 'There is no such trace.' });
});

t.test('killed with kill -9, it has every span that it took', async (t) => {
  const dataDir = t.testdir();
  const program = `
    const { startTracesNode } = await import(${JSON.stringify(new URL('./node.js', import.meta.url).href)});
    const { ports } = await startTracesNode({ dataDir: process.argv[1], port: 0, pagePort: 0 });
    console.log(ports.otlp);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  let taken = 0;
  const batch = (number: number) =>
    Array.from({ length: 10 }, (_, i) =>
      span(number * 10 + i + 1, number + i ? { parentSpanId: hex(1) } : {}),
    );
  try {
    for (; taken < 1000; taken++) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request(batch(taken), 'customer')),
      });
      t.equal(answer.status, 200);
      if (taken === 50) setImmediate(() => child.kill('SIGKILL'));
    }
  } catch {
    // The connection ends with the process.
  }
  t.ok(taken > 50 && taken < 1000, 'it was killed while spans were on their way');
  const { json } = await start(t, { dataDir });
  const { spans } = await json(`/api/traces/${ID}`);
  const kept = new Set(spans.map(({ spanId }) => spanId));
  const missing = Array.from({ length: taken }, (_, number) => batch(number))
    .flat()
    .filter(({ spanId }) => !kept.has(spanId));
  t.strictSame(missing, []);
  t.match(await json('/api/traces'), { traces: [{ spans: spans.length, complete: true }] });
});

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

t.test('names and values that others chose are shown as text', async (t) => {
  const { page, send } = await start(t);
  const evil = '<img src=x onerror=alert(1)>';
  const attributes = [{ key: evil, value: { stringValue: evil } }];
  const events = [{ name: evil, timeUnixNano: String(NS), attributes }];
  await send([span(1, { name: evil, attributes, events, status: { code: 2, message: evil } })], evil);
  for (const path of ['/', `/traces/${ID}`]) {
    const html = await page(path);
    t.notMatch(html, '<img');
    t.match(html, '&lt;img');
  }
});
