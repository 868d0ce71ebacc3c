import { NodeSDK } from '@opentelemetry/sdk-node';
import { pushReaders } from './metric-readers.ts';
import { createMetricsText, type MetricsText } from './metrics-text.ts';
import { observeProcess } from './observe-process.ts';
import { PromiseContextManager } from './promise-context.ts';
import { spanBatches } from './span-batches.ts';

export type Telemetry = {
  /** For `/metrics`; undefined where `OTEL_SDK_DISABLED` says that nothing is measured. */
  readonly metrics: MetricsText | undefined;
  /** Sends what is still buffered; waits two seconds at most, so that a dead collector does not hold up a stop. */
  stop(): Promise<void>;
};

const STOP_LIMIT_MS = 2000;

/** Node 24 was the first whose `AsyncLocalStorage` costs nothing where it is not asked. */
const FOLLOWS_PROMISES_CHEAPLY = Number.parseInt(process.versions.node, 10) >= 24;

/**
 * Starts OpenTelemetry's Node SDK with its standard `OTEL_*` settings (where to send: `OTEL_EXPORTER_OTLP_ENDPOINT`).
 * Nothing is instrumented by itself: the product opens its own spans and tells its own figures at its few seams (HTTP,
 * command, append, process, publish, mail).
 *
 * @throws SettingError for a setting of the exporters that is not known.
 */
export function startTelemetry(
  service: string,
  env: Readonly<Record<string, string | undefined>>,
): Telemetry {
  const { reader, text } = createMetricsText();
  const disabled = env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
  const batches = disabled ? undefined : spanBatches(env);
  const sdk = new NodeSDK({
    serviceName: service,
    ...(FOLLOWS_PROMISES_CHEAPLY ? {} : { contextManager: new PromiseContextManager() }),
    ...(batches === undefined ? {} : { spanProcessors: [batches] }),
    instrumentations: [],
    metricReaders: disabled ? [] : [reader, ...pushReaders(env)],
    // Logs go to standard output.
    logRecordProcessors: [],
  });
  sdk.start();
  if (!disabled) observeProcess();
  return {
    metrics: disabled ? undefined : text,
    stop: async () => {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, STOP_LIMIT_MS).unref());
      await Promise.race([sdk.shutdown().catch(() => undefined), limit]);
    },
  };
}
