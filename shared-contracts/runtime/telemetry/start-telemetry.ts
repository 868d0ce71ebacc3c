import { NodeSDK } from '@opentelemetry/sdk-node';

export type Telemetry = {
  /** Sends what is still buffered; waits two seconds at most, so that a dead collector does not hold up a stop. */
  stop(): Promise<void>;
};

/**
 * Starts OpenTelemetry's Node SDK with its standard `OTEL_*` settings (where to send: `OTEL_EXPORTER_OTLP_ENDPOINT`).
 * Nothing is instrumented by itself: the product opens its own spans at its few seams (HTTP, command, append,
 * process, publish, mail).
 */
export function startTelemetry(service: string): Telemetry {
  const sdk = new NodeSDK({
    serviceName: service,
    instrumentations: [],
    // Only traces are exported: logs go to standard output.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    stop: async () => {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, 2000).unref());
      await Promise.race([sdk.shutdown().catch(() => undefined), limit]);
    },
  };
}
