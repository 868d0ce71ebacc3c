// What traces and logs say of handlers that fail, and that neither says anything personal: one run of the runtime in this
// process, its spans sent to a trace node.
import { pino } from 'pino';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { loggerOptions } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { inSpan } from '../../shared-contracts/runtime/telemetry/spans.ts';
import { startTelemetry } from '../../shared-contracts/runtime/telemetry/start-telemetry.ts';
import { post, site } from '../../shared-contracts/runtime/web/example-site.ts';
import { startTracesNode } from '../embedded/traces/node.ts';
import { askReplay } from './testing/ask-replay.ts';
import { eventually } from './testing/eventually.ts';
import { recoveryOf, untilCount } from './testing/failing-group.ts';
import { spansOf } from './testing/nodes-api.ts';
import { treeOf } from './testing/span-tree.ts';
import { closed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const PARKED = 'a message was parked; the operators see why';
const RETRIED = 'a handler failed and is tried again';
const ADDRESS = 'zoe.quill@personal.example';

const lines: string[] = [];
const logger = pino(loggerOptions('test', 'debug'), { write: (line: string) => void lines.push(line) });

/** What was logged, without what is another each time. */
function logged(names: ReadonlyMap<string, string> = new Map()) {
  return lines.map((line) => {
    let text = line;
    for (const [name, as] of names) text = text.replaceAll(name, as);
    const { time: _time, service: _service, spanId: _spanId, ...said } = JSON.parse(text);
    return said;
  });
}

t.test('each try, each attempt and each replay is in the trace and in the log', async (t) => {
  const node = await startTracesNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${node.ports.otlp}`;
  const telemetry = startTelemetry('test', {});
  const store = await openTestStore(t);

  let attempts = 0;
  const group = testGroup(async ({ origin, delivery }) => {
    if (origin.revision === 0) {
      if (delivery.kind === 'replay') attempts += 1;
      if (attempts < 2) throw new PermanentFailure('mail-refused', `550 No mailbox ${ADDRESS} here.`);
    }
    if (origin.revision === 1 && attempts < 4) {
      attempts += 1;
      throw new Error(`No answer from the server of ${ADDRESS}`);
    }
  });
  const consumer = consume(t, store, group, logger);
  const stream = group.stream();
  const events = [closed(), closed()];
  let traceId = '';
  await inSpan('a click', { kind: 'internal' }, async (span) => {
    traceId = span.spanContext().traceId;
    await store.append(stream, events, 'none');
  });
  const recovery = recoveryOf(store, group);
  await untilCount(recovery, 'waiting', 1);
  await askReplay(store, group, stream, 0, { attempt: 2 });
  await eventually('the second attempt', async () => {
    await recovery.ledger.readToEnd();
    return recovery.ledger.index.message(events[0]?.id ?? '')?.attempts === 2;
  });
  await askReplay(store, group, stream, 0, { attempt: 3 });
  await eventually('the release of what waited', async () => {
    for await (const { event } of store.read(streamOf.failures(group.declaration.name)))
      if (event.type === 'StreamReleased') return true;
    return false;
  });
  await consumer.close();
  await telemetry.stop();

  const spans = await spansOf(`http://127.0.0.1:${node.ports.tracesPage}`, traceId);
  const names = new Map([
    [group.declaration.name, 'the-group'],
    [stream.split('-')[0] ?? '', 'issue'],
  ]);
  const shown = (text: string) => {
    let named = text;
    for (const [name, as] of names) named = named.replaceAll(name, as);
    return named;
  };
  t.strictSame(treeOf(spans).map(shown), [
    'test INTERNAL a click',
    '  test PRODUCER append issue-{id}',
    '    test CONSUMER process the-group !retry !retry',
    '    test CONSUMER process the-group #2 (ERROR) !exception → failed attempt: process the-group (ERROR)',
    '      test PRODUCER append failures-the-group',
    '    test CONSUMER process the-group #3 → failed attempt: process the-group #2 (ERROR)',
    '      test PRODUCER append failures-the-group',
    '      test PRODUCER append failures-the-group',
    '    test CONSUMER process the-group (ERROR) !exception',
    '      test PRODUCER append failures-the-group',
  ]);
  const told = spans.flatMap(({ events: its }) => its);
  const refused = {
    'exception.type': 'PermanentFailure',
    'exception.message': '550 No mailbox <address> here.',
  };
  const failed = { 'exception.type': 'Error', 'exception.message': 'No answer from the server of <address>' };
  t.strictSame(
    told.map(({ name, attributes: { 'exception.stacktrace': _stack, ...said } }) => ({ name, ...said })),
    [
      { name: 'exception', ...refused },
      { name: 'exception', ...refused },
      { name: 'retry', 'deskstream.tries': 1, 'error.type': 'Error', ...failed },
      { name: 'retry', 'deskstream.tries': 2, 'error.type': 'Error', ...failed },
    ],
  );
  t.match(told[0]?.attributes['exception.stacktrace'], /\n\s+at /);
  t.notMatch(JSON.stringify(spans), 'zoe');

  const ids = events.map(({ id }, index) => [id, `event ${index}`] as const);
  const about = { traceId: 'the trace', group: 'the-group', handler: 'close-it' };
  const parked = { ...about, origin: 'event 0', eventType: 'IssueClosed', correlationId: 'conversation-1' };
  const retried = { ...about, origin: 'event 1', correlationId: 'conversation-1', error: 'Error' };
  t.same(logged(new Map([...names, [traceId, 'the trace'], ...ids])), [
    { level: 50, ...parked, attempt: 1, tries: 1, error: 'mail-refused', msg: PARKED },
    { level: 50, ...parked, attempt: 2, tries: 1, error: 'mail-refused', msg: PARKED },
    { level: 40, ...retried, tries: 1, msg: RETRIED },
    { level: 40, ...retried, tries: 2, msg: RETRIED },
  ]);
});

t.test(
  'a request that fails, or should not have been made, leaves nothing personal in the log',
  async (t) => {
    lines.length = 0;
    const { app } = await site(t, { logger });
    app.get('/refused', () => {
      const keyValue = { email: ADDRESS, phone: '0151 2345 6789' };
      const cause = Object.assign(new Error(`dup key: { email: "${ADDRESS}" }`), { keyValue });
      throw new Error(`<${ADDRESS}> is there already.`, { cause });
    });
    const cookie = `customer-session=${ADDRESS}`;
    await app.inject({ url: `/refused?email=${ADDRESS}`, headers: { cookie, referer: `/?${ADDRESS}` } });
    await app.inject({ url: `/${ADDRESS}/0151%202345%206789` });
    await app.inject({ url: '/track/tok-7f3a9c51d2e84b60' });
    await app.inject({ url: '/track/tok-7f3a9c51d2e84b60/x' });
    await app.inject(post('/note', { text: ADDRESS }, { cookie }));
    const json = { 'content-type': 'application/json' };
    await app.inject({ method: 'POST', url: '/note', headers: json, payload: `{"text": "${ADDRESS}` });
    t.strictSame(
      logged().map(({ method, route, status, msg, err }) => [
        ...[method, route, status, msg, err?.message, err?.cause?.message].filter(Boolean),
      ]),
      [
        [500, 'request failed', '<<address>> is there already.', 'dup key: { email: "<address>" }'],
        ['GET', '/refused', 500, 'request'],
        ['GET', 404, 'request'],
        ['GET', '/track/:token', 200, 'request'],
        ['GET', 404, 'request'],
        ['Missing csrf secret'],
        ['POST', '/note', 403, 'request'],
        [415, 'request refused'],
        ['POST', '/note', 415, 'request'],
      ],
    );
    t.notMatch(lines.join(''), /zoe|quill|0151|tok-7f3a/i);
  },
);
