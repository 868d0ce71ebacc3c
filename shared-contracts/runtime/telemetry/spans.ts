import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { attribute } from './names.ts';

/** W3C trace context as it travels in event metadata and message headers. */
export type TraceCarrier = { traceparent?: string; tracestate?: string };

export type SpanOptions = {
  readonly kind: 'client' | 'producer' | 'consumer' | 'internal';
  readonly attributes?: Attributes;
  /** Continues the trace of this carrier; without it the span is a child of the current one. */
  readonly continues?: TraceCarrier;
};

const KINDS = {
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Runs a step inside a span that ends when the step has ended; a failure is recorded on it and thrown on. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  step: (span: Span) => Promise<Result>,
): Promise<Result> {
  const parent: Context =
    options.continues === undefined
      ? context.active()
      : propagation.extract(context.active(), options.continues);
  const span = trace
    .getTracer('deskstream')
    .startSpan(name, { kind: KINDS[options.kind], attributes: options.attributes ?? {} }, parent);
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await step(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed, with the error's message and stack. */
export function failSpan(span: Span, error: unknown): void {
  const cause = error instanceof Error ? error : new Error(String(error));
  span.recordException(cause);
  span.setStatus({ code: SpanStatusCode.ERROR, message: cause.message });
  span.setAttribute(attribute.errorType, errorType(cause));
}

/** The trace context of the current step, to be carried along. */
export function currentCarrier(): TraceCarrier {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

export function currentTraceId(): string | null {
  return trace.getActiveSpan()?.spanContext().traceId ?? null;
}

function errorType(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
