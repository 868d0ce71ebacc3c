import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { codeOf } from '../outage.ts';
import { redact } from '../redact.ts';
import { attribute } from './names.ts';

/** W3C trace context as it travels in event metadata and message headers. */
export type TraceCarrier = { traceparent?: string; tracestate?: string };

/** A span elsewhere, maybe long ended. */
export type SpanReference = { readonly traceId: string; readonly spanId: string };

export type SpanOptions = {
  readonly kind: 'client' | 'producer' | 'consumer' | 'internal';
  readonly attributes?: Attributes;
  /** Continues the trace of this carrier; without it the span is a child of the current one. */
  readonly continues?: TraceCarrier;
  /** Spans that led to this one without being its parent, each with what it is to this one. */
  readonly links?: readonly { readonly to: SpanReference; readonly as: string }[];
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
  const { span, inside } = open(name, options);
  return context.with(inside, () => endWith([span], () => step(span)));
}

/** Runs a step that several spans of one name stand for; they end with it. It runs inside the first of them. */
export async function inSpans<Result>(
  name: string,
  each: readonly SpanOptions[],
  step: (spans: readonly Span[]) => Promise<Result>,
): Promise<Result> {
  const opened = each.map((options) => open(name, options));
  const spans = opened.map(({ span }) => span);
  return context.with(opened[0]?.inside ?? context.active(), () => endWith(spans, () => step(spans)));
}

function open(name: string, options: SpanOptions): { readonly span: Span; readonly inside: Context } {
  const parent: Context =
    options.continues === undefined
      ? context.active()
      : propagation.extract(context.active(), options.continues);
  const links = options.links?.length
    ? options.links.map(({ to, as }) => ({
        context: { ...to, traceFlags: TraceFlags.SAMPLED, isRemote: true },
        attributes: { [attribute.linkedAs]: as },
      }))
    : undefined;
  const kind = KINDS[options.kind];
  const begun = links === undefined ? { kind } : { kind, links };
  const span = trace.getTracer('deskstream').startSpan(name, begun, parent);
  // Only now: what a span begins with is copied three times on its way.
  if (options.attributes !== undefined) span.setAttributes(options.attributes);
  return { span, inside: trace.setSpan(parent, span) };
}

async function endWith<Result>(spans: readonly Span[], step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    for (const span of spans) failSpan(span, error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

/** Marks a span as failed, with the error's message and stack; addresses that others put into them are taken out. */
export function failSpan(span: Span, error: unknown): void {
  const cause = error instanceof Error ? error : new Error(String(error));
  const message = redact(cause.message);
  span.recordException({ name: cause.name, message, ...(cause.stack ? { stack: redact(cause.stack) } : {}) });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute(attribute.errorType, errorType(cause));
}

/** The trace context of the current step, to be carried along. */
export function currentCarrier(): TraceCarrier {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

export function currentTraceId(): string | null {
  return currentSpan()?.traceId ?? null;
}

/** What others may link to; undefined where nothing is traced. */
export function currentSpan(): SpanReference | undefined {
  return referenceTo(trace.getActiveSpan());
}

/** The same of a span at hand. */
export function referenceTo(span: Span | undefined): SpanReference | undefined {
  const context = span?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? context : undefined;
}

/** The span that a carrier was made in. */
export function spanIn({ traceparent = '' }: TraceCarrier): SpanReference | undefined {
  const [, traceId, spanId] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(traceparent) ?? [];
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId };
}

/** What kind of error it is: its code, or the name of its class. */
export function errorType(error: unknown): string {
  return error instanceof Error ? (codeOf(error) ?? error.name) : '_OTHER';
}
