import { trace } from '@opentelemetry/api';
import { type Logger, type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';
import { redact } from '../redact.ts';
import { loggedError } from './logged-error.ts';

export type { Logger } from 'pino';

/** One line for each thing that matters: JSON, or text for people. */
export function createLogger(service: string, level: string, format: 'json' | 'text'): Logger {
  const options = loggerOptions(service, level);
  if (format === 'json') return pino(options);
  return pino(options, pretty({ ignore: 'pid,hostname,service,spanId', singleLine: true, sync: true }));
}

/**
 * What is in a line: the trace it belongs to, and what was said. What others put into an error is not trusted: addresses are
 * taken out, and only known parts of it are written.
 */
export function loggerOptions(service: string, level: string): LoggerOptions {
  return {
    level,
    base: { service },
    serializers: { err: (error: unknown) => loggedError(error) },
    formatters: { log: withoutAddresses },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
    },
  };
}

function withoutAddresses(line: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(line).map(([name, value]) => [
    name,
    typeof value === 'string' && value.includes('@') ? redact(value) : value,
  ]);
  return Object.fromEntries(entries);
}
