// Spans as the runtime opens them: what they are parts of, what they link to, and what becomes of those that cannot be sent.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { context, createContextKey, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { core, metrics as figures, node, tracing } from '@opentelemetry/sdk-node';
import t from 'tap';
import { traceWrite } from '../read-models/trace-write.ts';
import { PromiseContextManager } from './promise-context.ts';
import { SpanBatches } from './span-batches.ts';
import { inSpan, inSpans } from './spans.ts';

const exporter = new tracing.InMemorySpanExporter();
const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
provider.register({ contextManager: new PromiseContextManager() });
t.teardown(async () => {
  await provider.shutdown();
  trace.disable();
  context.disable();
  metrics.disable();
});
t.beforeEach(() => exporter.reset());

const INTERNAL = { kind: 'internal' } as const;
const TICKETS = { dbName: 'desk', collectionName: 'tickets_v1' };

function seen() {
  const spans = exporter.getFinishedSpans();
  const nameOf = (id: string | undefined) =>
    spans.find((span) => span.spanContext().spanId === id)?.name ?? 'none';
  return spans.map(({ name, parentSpanContext, links }) => [
    name,
    nameOf(parentSpanContext?.spanId),
    ...links.map((link) => `${link.attributes?.['deskstream.linked_as']}: ${nameOf(link.context.spanId)}`),
  ]);
}

t.test('what is done after a wait is part of the span that it was begun in, and of no other', async (t) => {
  const work = (name: string) => inSpan(`${name}'s part`, INTERNAL, async () => undefined);
  const one = (name: string, milliseconds: number) =>
    inSpan(name, INTERNAL, async () => {
      await pause(milliseconds);
      await Promise.all([work(name), Promise.resolve().then(() => work(name))]);
      for await (const _each of [pause(1), pause(2)]) await work(name);
    });
  await Promise.all([
    one('first', 5),
    one('second', 1),
    inSpan('third', INTERNAL, async () => work('third')),
  ]);
  await work('alone');
  t.strictSame(
    seen().toSorted(),
    [
      ["alone's part", 'none'],
      ['first', 'none'],
      ...Array.from({ length: 4 }, () => ["first's part", 'first']),
      ['second', 'none'],
      ...Array.from({ length: 4 }, () => ["second's part", 'second']),
      ['third', 'none'],
      ["third's part", 'third'],
    ].toSorted(),
  );
});

t.test('a context ends with its step, and goes with what is bound to it', async (t) => {
  const key = createContextKey('key');
  const within = ROOT_CONTEXT.setValue(key, 'within');
  const active = () => context.active().getValue(key);
  t.throws(() =>
    context.with(within, () => {
      throw new Error('no');
    }),
  );
  t.equal(active(), undefined);
  function told(this: { readonly name: string }) {
    return `${this.name} ${active()}`;
  }
  const bound = context.bind(within, (suffix: string) => `${active()} ${suffix}`);
  t.equal(bound('it'), 'within it');
  const emitter = { name: 'emitter', told: context.bind(within, told) };
  t.equal(emitter.told(), 'emitter within', 'what is bound is still a method');
  const later = new AbortController();
  const { signal } = later;
  t.equal(context.bind(within, signal), signal);
  setImmediate(() => later.abort());
  await context.with(within, () => once(signal, 'abort'));
  t.equal(active(), undefined);
  context.disable();
  t.equal(active(), undefined);
  context.setGlobalContextManager(new PromiseContextManager().enable());
});

t.test('a step that fails fails each of the spans that stand for it', async (t) => {
  const failing = inSpans('process', [INTERNAL, INTERNAL], async () => {
    throw new RangeError('too far');
  });
  await t.rejects(failing, { message: 'too far' });
  t.match(
    exporter.getFinishedSpans().map(({ status, attributes }) => [status.code, attributes['error.type']]),
    [
      [2, 'RangeError'],
      [2, 'RangeError'],
    ],
  );
});

t.test('a write is a part of the step that it is made in, and links to all that led to it', async (t) => {
  const write = (size: number, ledTo: readonly ReturnType<typeof trace.wrapSpanContext>[]) =>
    traceWrite(
      TICKETS,
      { operation: 'update', size, ledTo: ledTo.map((span) => span.spanContext()) },
      async () => undefined,
    );
  await inSpans('process one', [INTERNAL], (spans) => write(1, spans));
  await inSpans('process', [INTERNAL, INTERNAL], (spans) => write(2, spans));
  t.strictSame(seen(), [
    ['update tickets_v1', 'process one'],
    ['process one', 'none'],
    ['update tickets_v1', 'process', 'message: process', 'message: process'],
    ['process', 'none'],
    ['process', 'none'],
  ]);
  const [single, , batch] = exporter.getFinishedSpans();
  const place = { 'db.system.name': 'mongodb', 'db.namespace': 'desk', 'db.collection.name': 'tickets_v1' };
  t.strictSame(single?.attributes, { ...place, 'db.operation.name': 'update' });
  t.strictSame(batch?.attributes, {
    ...place,
    'db.operation.name': 'update',
    'db.operation.batch.size': 2,
  });
});

t.test('spans that find no room, or no collector, are counted', async (t) => {
  const memory = new figures.InMemoryMetricExporter(figures.AggregationTemporality.CUMULATIVE);
  const reader = new figures.PeriodicExportingMetricReader({ exporter: memory });
  metrics.setGlobalMeterProvider(new figures.MeterProvider({ readers: [reader] }));
  const sent: string[][] = [];
  const refusals: (() => void)[] = [];
  const refusing: tracing.SpanExporter = {
    export: (spans, done) => {
      sent.push(spans.map(({ name }) => name));
      const error = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
      refusals.push(() => done({ code: core.ExportResultCode.FAILED, error }));
    },
    shutdown: async () => undefined,
  };
  const limits = { maxQueueSize: 3, maxExportBatchSize: 2 };
  const batches = new node.NodeTracerProvider({ spanProcessors: [new SpanBatches(refusing, limits)] });
  const tracer = batches.getTracer('test');
  for (let number = 1; number <= 7; number += 1) tracer.startSpan(`span ${number}`).end();
  const flushed = batches.forceFlush().catch(() => undefined);
  for (const refuse of refusals) refuse();
  await flushed;
  await reader.forceFlush();
  const [told] = memory.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
  t.equal(told?.descriptor.name, 'deskstream.spans.lost');
  t.strictSame(
    told?.dataPoints.map(({ attributes, value }) => [attributes['error.type'], value]),
    [
      ['queue_full', 2],
      ['ECONNREFUSED', 5],
    ],
  );
  t.strictSame(
    sent.flat(),
    [1, 2, 3, 4, 5].map((number) => `span ${number}`),
  );
  await batches.shutdown().catch(() => undefined);
  await reader.shutdown();
});
