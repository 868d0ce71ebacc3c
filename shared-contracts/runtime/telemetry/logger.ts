import { trace } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** One line for each thing that matters: JSON, or text for people. Each line carries the trace it belongs to. */
export function createLogger(service: string, level: string, format: 'json' | 'text'): Logger {
  const options = {
    level,
    base: { service },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
    },
  };
  if (format === 'json') return pino(options);
  return pino(options, pretty({ ignore: 'pid,hostname,service,spanId', singleLine: true, sync: true }));
}
