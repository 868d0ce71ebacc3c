import { trace } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** One line for each thing that matters: JSON, or readable on a terminal. Each line carries the trace it belongs to. */
export function createLogger(service: string, level: string): Logger {
  const options = {
    level,
    base: { service },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
    },
  };
  return process.stdout.isTTY ? pino(options, pretty({ ignore: 'pid,hostname,service' })) : pino(options);
}
