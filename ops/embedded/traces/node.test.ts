import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'lmdb';
import t from 'tap';
import { startNodeProcess } from '../shared/testing/node-process.ts';
import { hex, ID, NS, request, span, start, traceId } from './testing/start-traces.ts';

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
  t.equal(await page(`/trace/${ID}`), whole, 'at the address that Jaeger has for it, too');
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
  const node = await startNodeProcess(new URL('./node.js', import.meta.url), 'startTracesNode', {
    dataDir,
    port: 0,
    pagePort: 0,
  });
  t.teardown(node.kill);
  let taken = 0;
  const batch = (number: number) =>
    Array.from({ length: 10 }, (_, i) =>
      span(number * 10 + i + 1, number + i ? { parentSpanId: hex(1) } : {}),
    );
  try {
    for (; taken < 1000; taken++) {
      const answer = await fetch(`http://127.0.0.1:${node.ports.otlp}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request(batch(taken), 'customer')),
      });
      t.equal(answer.status, 200);
      if (taken === 50) setImmediate(node.kill);
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

t.test('what the format before has kept is read on, and an older node refuses it from then on', async (t) => {
  const dataDir = t.testdir({ FORMAT: 'traces 1\n' });
  await keepAsFormat1(dataDir);
  const { json, names, send, close } = await start(t, { dataDir, keepTraces: 1 });
  await send([span(1), span(2, { parentSpanId: hex(1) })]);
  const { spans } = await json(`/api/traces/${ID}`);
  t.strictSame(
    spans.map(({ name }) => name),
    ['kept before', 'span 2'],
  );
  await send([span(1, { traceId: traceId(7), name: 'another' }, 9000)]);
  t.strictSame(await names(''), ['another']);
  t.match(await json(`/api/traces/${ID}`), { error: 'There is no such trace.' });
  await close();
  t.equal(await readFile(join(dataDir, 'FORMAT'), 'utf8'), 'traces 2\n');
});

/** The trace that `span(1)` is of, with that span, as format 1 had them. */
async function keepAsFormat1(dataDir: string): Promise<void> {
  const root = open({ path: join(dataDir, 'traces.lmdb'), maxDbs: 8 });
  const startUs = Number(NS / 1000n) + 1000;
  const earliest = { name: 'kept before', service: 'customer', startUs };
  const texts = { scope: '', instance: '', kind: 'SERVER', status: 'UNSET', statusMessage: '' };
  const lists = { attributes: {}, events: [], links: [] };
  const ids = { traceId: ID, spanId: hex(1), parentSpanId: null };
  const about = { services: ['customer'], operations: ['kept before'], correlationIds: [] };
  const times = { startUs, endUs: startUs + 10_000, spans: 1, errors: 0 };
  const summary = { traceId: ID, root: earliest, earliest, ...times, ...about };
  root.openDB('spans', {}).put([ID, hex(1)], { ...ids, ...earliest, durationUs: 10_000, ...texts, ...lists });
  root.openDB('traces', {}).put(ID, { summary, arrival: 1 });
  root.openDB('by-start', {}).put([startUs, ID], true);
  root.openDB('by-arrival', {}).put(1, ID);
  root.openDB('services', {}).put('customer', true);
  const counters = root.openDB('counters', {});
  for (const name of ['arrivals', 'traces', 'spans']) counters.put(name, 1);
  await root.flushed;
  await root.close();
}
