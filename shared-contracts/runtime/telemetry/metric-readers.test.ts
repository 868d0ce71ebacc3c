import { createServer } from 'node:http';
import { metrics as sdk } from '@opentelemetry/sdk-node';
import t from 'tap';
import { pushReaders } from './metric-readers.ts';

t.test('figures are pushed to a collector where the standard settings say so', async (t) => {
  const received: unknown[] = [];
  const collector = createServer((request, response) => {
    received.push([request.method, request.url, request.headers['content-type']]);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  t.teardown(() => collector.close());
  const address = collector.address();
  // The exporter reads it from there, in the process of other tests, too.
  t.teardown(() => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  });
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${typeof address === 'object' && address?.port}`;
  const readers = pushReaders({ OTEL_METRICS_EXPORTER: 'otlp,prometheus' });
  const provider = new sdk.MeterProvider({ readers });
  provider.getMeter('test').createCounter('one').add(1);
  await provider.shutdown();
  t.strictSame(received, [['POST', '/v1/metrics', 'application/x-protobuf']]);
});

t.test('figures are pushed nowhere unless the settings say so, and wrong settings are refused', async (t) => {
  t.strictSame(pushReaders({}), []);
  t.strictSame(pushReaders({ OTEL_METRICS_EXPORTER: 'none' }), []);
  for (const wrong of [
    { OTEL_METRICS_EXPORTER: 'carrier-pigeon' },
    { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_METRICS_EXPORTER: 'console', OTEL_METRIC_EXPORT_INTERVAL: 'often' },
  ])
    t.throws(() => pushReaders(wrong), { code: 'bad-setting' });
});
