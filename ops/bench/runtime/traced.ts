// The same with traces and figures, as a service has them by default: sent to a trace node in a process of its own.
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { startTelemetry } from '../../../shared-contracts/runtime/telemetry/start-telemetry.ts';

/** Runs a piece of work with telemetry on, and turns it off again; what is left to send goes after the work. */
export async function traced<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = url;
  const telemetry = startTelemetry('bench', process.env);
  try {
    return await work();
  } finally {
    await telemetry.stop();
    for (const api of [trace, context, propagation, metrics]) api.disable();
  }
}
