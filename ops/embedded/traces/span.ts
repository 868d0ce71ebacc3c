/** The value of an attribute: OTLP's AnyValue as JSON. A 64-bit integer beyond 2^53 is a string of digits. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

export type Attributes = Readonly<Record<string, Value>>;

export type SpanKind = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';

export type SpanEvent = { readonly name: string; readonly timeUs: number; readonly attributes: Attributes };

export type SpanLink = { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes };

/** A span as it is kept. Times are whole microseconds since 1970, which a number holds exactly. */
export type Span = {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Null for the root of a trace. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  /** `service.name` of the resource. */
  readonly service: string;
  /** `service.instance.id` of the resource, or empty. */
  readonly instance: string;
  /** Name of the instrumentation scope. */
  readonly scope: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
};

/** What the resource and the scope of a span say of it. */
export type Origin = Pick<Span, 'service' | 'instance' | 'scope'>;

/** What the list and the search need of a span. */
export type SpanHead = Pick<Span, 'traceId' | 'spanId' | 'service' | 'name' | 'startUs' | 'durationUs'> & {
  readonly isRoot: boolean;
  readonly isError: boolean;
  readonly correlationId: string | undefined;
};

/** Bytes of a span, which make sense behind those of its origin. Spans of one origin have the very same `origin`. */
export type SpanBytes = { readonly origin: Uint8Array; readonly bytes: Uint8Array };

/** A span to keep: as a value, or as the bytes that `readKept` reads when somebody looks at its trace. */
export type ArrivedSpan = { readonly head: SpanHead; readonly kept: Span | SpanBytes };

/** The attribute that carries the correlation id of a conversation. */
export const CORRELATION_ID = 'deskstream.correlation_id';

/** Microseconds since 1970 as ISO 8601 with six digits. */
export function toIso(us: number): string {
  const fraction = String(us % 1_000_000).padStart(6, '0');
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(0, 19)}.${fraction}Z`;
}
