// The figures of a process as Prometheus reads them.
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { metrics } from '@opentelemetry/sdk-node';

export type MetricsText = {
  readonly contentType: string;
  /** Looks at every figure now; of what does not answer in time, it tells what it was last. */
  read(): Promise<string>;
};

const PATIENCE_MS = 3000;
const WITHOUT_SCOPE = true;
/** Prometheus has the unit in the name; what is counted in braces has none. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes', '1': 'ratio' };

/** @returns a reader for the SDK, and the text of what it reads. It listens to no port of its own. */
export function createMetricsText(): { readonly reader: metrics.IMetricReader; readonly text: MetricsText } {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, WITHOUT_SCOPE);
  return {
    reader,
    text: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      read: async () => {
        const { resourceMetrics } = await reader.collect({ timeoutMillis: PATIENCE_MS });
        return serializer.serialize(withUnits(resourceMetrics));
      },
    },
  };
}

function withUnits(all: metrics.ResourceMetrics): metrics.ResourceMetrics {
  const scopeMetrics = all.scopeMetrics.map((scope) => ({
    ...scope,
    metrics: scope.metrics.map((each) => {
      const unit = UNITS[each.descriptor.unit];
      if (unit === undefined || each.descriptor.name.endsWith(unit)) return each;
      const descriptor = { ...each.descriptor, name: `${each.descriptor.name}_${unit}`, unit };
      return { ...each, descriptor };
    }),
  }));
  return { ...all, scopeMetrics };
}
