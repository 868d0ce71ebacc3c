import {
  type ArrivedSpan,
  CORRELATION_ID,
  type Origin,
  type Span,
  type SpanEvent,
  type SpanHead,
  type SpanKind,
  type SpanLink,
  type SpanStatus,
} from '../span.ts';
import type { OtlpMessages } from './messages.ts';
import { readHead } from './read-head.ts';
import { fields, list, readAttributes, text } from './read-value.ts';
import { MAX_EVENTS, MAX_NAME, MAX_TIME_US } from './span-limits.ts';

const KINDS: readonly SpanKind[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly SpanStatus[] = ['UNSET', 'OK', 'ERROR'];

/** What an export request holds: spans to keep, and for each one that cannot be kept the reason. */
export type ReadSpans = { readonly spans: ArrivedSpan[]; readonly rejected: string[] };

/**
 * Reads an ExportTraceServiceRequest: JSON, or protobuf.
 *
 * @throws TypeError or RangeError when it has another structure altogether
 */
export function readSpans(request: unknown, messages: OtlpMessages): ReadSpans {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new TypeError('An ExportTraceServiceRequest must be an object.');
  }
  const spans: ArrivedSpan[] = [];
  const rejected: string[] = [];
  for (const resourceSpans of list(fields(request).resourceSpans, 'resourceSpans')) {
    const { resource, scopeSpans } = fields(resourceSpans);
    const attributes = readAttributes(fields(resource).attributes);
    const service = String(attributes['service.name'] ?? '') || 'unknown';
    const instance = String(attributes['service.instance.id'] ?? '');
    for (const ofScope of list(scopeSpans, 'scopeSpans')) {
      const origin = { service, instance, scope: text(fields(fields(ofScope).scope).name) };
      const inputs = list(fields(ofScope).spans, 'spans');
      const originBytes = messages.encodeOrigin(origin);
      for (const input of inputs) {
        const head = Buffer.isBuffer(input) ? readHead(input, service) : undefined;
        if (head && Buffer.isBuffer(input)) {
          spans.push({ head, kept: { origin: originBytes, bytes: input } });
          continue;
        }
        const span = input instanceof Uint8Array ? messages.decodeSpan(input) : input;
        const read = readSpan(fields(span), origin);
        if (typeof read === 'string') rejected.push(read);
        else spans.push({ head: headOf(read), kept: read });
      }
    }
  }
  return { spans, rejected };
}

/** Reads spans that were kept as the bytes of their origin and, behind it, their own. */
export function readKept(bytes: Uint8Array, messages: OtlpMessages): Span[] {
  const { service, instance, scope, spans } = messages.decodeKept(bytes);
  const origin = { service: text(service), instance: text(instance), scope: text(scope) };
  return list(spans, 'spans').map((span) => {
    const read = readSpan(fields(span instanceof Uint8Array && messages.decodeSpan(span)), origin);
    if (typeof read === 'string') throw new TypeError(`A span that was kept cannot be read: ${read}.`);
    return read;
  });
}

function headOf(span: Span): SpanHead {
  const { traceId, spanId, service, name, startUs, durationUs } = span;
  const correlation = span.attributes[CORRELATION_ID];
  return {
    traceId,
    spanId,
    isRoot: span.parentSpanId === null,
    name,
    service,
    startUs,
    durationUs,
    isError: span.status === 'ERROR',
    correlationId: typeof correlation === 'string' ? correlation : undefined,
  };
}

function readSpan(span: Readonly<Record<string, unknown>>, origin: Origin): Span | string {
  const traceId = hexId(span.traceId, 16);
  const spanId = hexId(span.spanId, 8);
  if (!traceId) return 'a trace id must be 16 bytes that are not all zero';
  if (!spanId) return 'a span id must be 8 bytes that are not all zero';
  const start = nanoseconds(span.startTimeUnixNano);
  const end = nanoseconds(span.endTimeUnixNano);
  if (start === undefined || end === undefined) return 'a span must have a start and an end time';
  const status = fields(span.status);
  return {
    // One by one: a spread would make each of the fields that follow three times as dear, and spans come by the thousand.
    service: origin.service,
    instance: origin.instance,
    scope: origin.scope,
    traceId,
    spanId,
    parentSpanId: hexId(span.parentSpanId, 8) ?? null,
    name: text(span.name).slice(0, MAX_NAME) || '(no name)',
    kind: KINDS[Number(span.kind ?? 0)] ?? 'UNSPECIFIED',
    startUs: Number(start / 1000n),
    // Of two times in nanoseconds first, so that a span of less than a microsecond is rounded once.
    durationUs: end > start ? Number(end - start) / 1000 : 0,
    status: STATUSES[Number(status.code ?? 0)] ?? 'UNSET',
    statusMessage: text(status.message),
    attributes: readAttributes(span.attributes),
    events: list(span.events, 'events').slice(0, MAX_EVENTS).map(readEvent),
    links: list(span.links, 'links').slice(0, MAX_EVENTS).flatMap(readLink),
  };
}

function readEvent(input: unknown): SpanEvent {
  const { name, timeUnixNano, attributes } = fields(input);
  return {
    name: text(name).slice(0, MAX_NAME),
    timeUs: Number((nanoseconds(timeUnixNano) ?? 0n) / 1000n),
    attributes: readAttributes(attributes),
  };
}

function readLink(input: unknown): SpanLink[] {
  const link = fields(input);
  const traceId = hexId(link.traceId, 16);
  const spanId = hexId(link.spanId, 8);
  return traceId && spanId ? [{ traceId, spanId, attributes: readAttributes(link.attributes) }] : [];
}

/** An id as JSON (hexadecimal digits) or protobuf (bytes) has it; undefined where it is absent or not valid. */
function hexId(input: unknown, bytes: number): string | undefined {
  const id =
    input instanceof Uint8Array ? Buffer.from(input).toString('hex') : String(input ?? '').toLowerCase();
  return id.length === bytes * 2 && /^[0-9a-f]+$/.test(id) && /[1-9a-f]/.test(id) ? id : undefined;
}

/** A time after 1970 that a Date can show. JSON has it as text or as a number. */
function nanoseconds(input: unknown): bigint | undefined {
  const digits = typeof input === 'number' ? BigInt(Math.trunc(input) || 0) : input;
  const time =
    typeof digits === 'string' && /^\d{1,20}$/.test(digits)
      ? BigInt(digits)
      : typeof digits === 'bigint'
        ? digits
        : 0n;
  return time > 0n && time / 1000n < MAX_TIME_US ? time : undefined;
}
