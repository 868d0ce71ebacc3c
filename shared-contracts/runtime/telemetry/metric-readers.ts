// Who else gets the figures, by the standard settings of OpenTelemetry. The SDK reads these settings itself only where it is
// given no reader, and it is always given that of `/metrics`.
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { metrics } from '@opentelemetry/sdk-node';
import { SettingError } from '../setting-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PROTOCOL = 'http/protobuf';
const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 30_000;

/**
 * The readers that `OTEL_METRICS_EXPORTER` asks for: `otlp` and `console` push, `prometheus` is what `/metrics` is anyway. Without
 * it nobody is pushed to.
 *
 * @throws SettingError for an exporter or a protocol that is not there.
 */
export function pushReaders(env: Environment): metrics.IMetricReader[] {
  const wanted = (env.OTEL_METRICS_EXPORTER ?? '').split(',').map((name) => name.trim());
  return [...new Set(wanted)].flatMap((name) => {
    switch (name) {
      case '':
      case 'none':
      case 'prometheus':
        return [];
      case 'otlp':
        return [pushing(env, otlpExporter(env))];
      case 'console':
        return [pushing(env, new metrics.ConsoleMetricExporter())];
      default:
        throw new SettingError('OTEL_METRICS_EXPORTER', 'must be otlp, console, prometheus or none');
    }
  });
}

function otlpExporter(env: Environment): metrics.PushMetricExporter {
  const setting = 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL';
  const protocol = env[setting] || env.OTEL_EXPORTER_OTLP_PROTOCOL || PROTOCOL;
  if (protocol !== PROTOCOL) throw new SettingError(setting, `must be ${PROTOCOL}`);
  return new OTLPMetricExporter();
}

function pushing(env: Environment, exporter: metrics.PushMetricExporter): metrics.IMetricReader {
  const exportIntervalMillis = milliseconds(env, 'OTEL_METRIC_EXPORT_INTERVAL', INTERVAL_MS);
  const timeout = milliseconds(env, 'OTEL_METRIC_EXPORT_TIMEOUT', TIMEOUT_MS);
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  return new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis });
}

function milliseconds(env: Environment, name: string, fallback: number): number {
  const value = Number(env[name] || fallback);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SettingError(name, 'must be a number of milliseconds');
}
