import { metrics, trace } from '@opentelemetry/api';
import { node, tracing } from '@opentelemetry/sdk-node';
import pino from 'pino';
import t from 'tap';
import { createWebServer } from './server.ts';

const TOKEN = 'tok-7f3a9c51d2e84b60';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const exporter = new tracing.InMemorySpanExporter();
const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
provider.register();
t.teardown(async () => {
  await provider.shutdown();
  trace.disable();
  metrics.disable();
});
t.beforeEach(() => exporter.reset());

const lines: string[] = [];
const app = await createWebServer({
  site: 'backoffice',
  siteTitle: 'Back office',
  pagesDir: t.testdir({ 'form.hbs': '<form method="post">{{> form-tokens}}</form>' }),
  navigation: [],
  secret: new Uint8Array(32).fill(2),
  secureCookies: false,
  logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
  ready: async () => [],
});
const work = (name: string) => trace.getTracer('test').startSpan(name).end();
app.get('/tickets/:id', (_request, reply) => reply.view('form'));
app.post('/tickets/:id', (_request, reply) => {
  work('append ticket-{id}');
  return reply.redirect('/', 303);
});
app.get('/track/:token', { config: { secretPath: true } }, (_request, reply) => reply.view('form'));
app.get('/explodes', () => {
  throw new TypeError('no such thing');
});
await app.listen({ port: 0, host: '127.0.0.1' });
t.teardown(() => app.close());
const origin = app.listeningOrigin;

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(origin + path, { headers, redirect: 'manual' });
  return { status: answer.status, cookie: answer.headers.getSetCookie().join(), body: await answer.text() };
}

const seen = () => exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }));

t.test(
  'one server span for each request, named by its route, continues the trace of the caller',
  async (t) => {
    await get('/tickets/7?text=ann@example.com', { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    const [span, ...others] = exporter.getFinishedSpans();
    t.strictSame(others, []);
    t.match(span, {
      name: 'GET /tickets/:id',
      kind: 1,
      status: { code: 0 },
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/tickets/:id',
        'http.response.status_code': 200,
        'url.path': '/tickets/7',
        'url.scheme': 'http',
      },
    });
    t.equal(span?.spanContext().traceId, TRACE);
    t.match(JSON.parse(lines.at(-1) ?? ''), { msg: 'request', route: '/tickets/:id', traceId: TRACE });
  },
);

t.test(
  'what the handler of a posted form does is in the same trace, under the span of the request',
  async (t) => {
    const { cookie, body } = await get('/tickets/7');
    exporter.reset();
    const token = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
    const posted = new URLSearchParams({ _csrf: token, text: 'x'.repeat(300_000) });
    const headers = { ...FORM, cookie: cookie.split(';')[0] ?? '' };
    const answer = await fetch(`${origin}/tickets/7`, {
      method: 'POST',
      body: posted,
      headers,
      redirect: 'manual',
    });
    t.equal(answer.status, 303);
    const [child, request] = exporter.getFinishedSpans();
    t.strictSame([child?.name, request?.name], ['append ticket-{id}', 'POST /tickets/:id']);
    t.equal(child?.parentSpanContext?.spanId, request?.spanContext().spanId);
  },
);

t.test('a secret in a path is on no span, however the link was mangled', async (t) => {
  for (const path of [
    `/track/${TOKEN}`,
    `/track/${TOKEN}/`,
    `/track/${TOKEN}?x=1`,
    `/track/${TOKEN}/more`,
    `/${TOKEN}/x`,
    `/%c0/${TOKEN}`,
  ]) {
    await get(path);
    await fetch(origin + path, { method: 'POST', body: 'a=1', headers: FORM });
  }
  const spans = exporter.getFinishedSpans();
  t.notMatch(JSON.stringify(seen()) + JSON.stringify(spans.map(({ events }) => events)), TOKEN);
  t.match(seen()[0], { name: 'GET /track/:token', attributes: { 'url.path': '/track/:token' } });
  t.match(
    seen().find(({ name }) => name === 'GET'),
    { attributes: { 'url.path': '/track', 'http.response.status_code': 404 } },
  );
});

t.test('an error of ours is on the span with its stack and the id that the page shows', async (t) => {
  const { status, body } = await get('/explodes');
  t.equal(status, 500);
  const id = /error-id">([0-9A-Z]{8})</.exec(body)?.[1];
  const [span] = exporter.getFinishedSpans();
  t.match(span, {
    status: { code: 2, message: 'no such thing' },
    attributes: { 'error.type': 'TypeError', 'deskstream.error_id': id, 'http.response.status_code': 500 },
    events: [
      {
        name: 'exception',
        attributes: { 'exception.message': 'no such thing', 'exception.stacktrace': /tracing\.test/ },
      },
    ],
  });
  t.equal(span?.events.length, 1);
  const line = lines.map((text) => JSON.parse(text)).find(({ errorId }) => errorId === id);
  t.equal(line.traceId, span?.spanContext().traceId);
});

t.test('a mistake of the visitor is no error of the span', async (t) => {
  const answer = await fetch(`${origin}/tickets/7`, { method: 'POST', body: 'a=1', headers: FORM });
  t.equal(answer.status, 403);
  t.match(exporter.getFinishedSpans(), [{ name: 'POST /tickets/:id', status: { code: 0 }, events: [] }]);
});

t.test('health and assets leave no span', async (t) => {
  for (const path of ['/health/live', '/health/ready', '/assets/site.css', '/assets/nothing.css'])
    await get(path);
  t.strictSame(seen(), []);
});
