// The way of nearly every span: its bytes are kept as they came, and only what is searched for is read from them.
import protobuf from 'protobufjs/light.js';
import { CORRELATION_ID, type SpanHead } from '../span.ts';
import { MAX_ATTRIBUTES, MAX_TEXT } from './read-value.ts';
import { MAX_EVENTS, MAX_NAME, MAX_TIME_US } from './span-limits.ts';

const ZERO_TRACE = '0'.repeat(32);
const ZERO_SPAN = '0'.repeat(16);

/** A field's number and wire type as protobuf writes them before its value: those of opentelemetry-proto's Span. */
const SPAN = {
  traceId: 10,
  spanId: 18,
  traceState: 26,
  parentSpanId: 34,
  name: 42,
  kind: 48,
  start: 57,
  end: 65,
  attribute: 74,
  droppedAttributes: 80,
  event: 90,
  droppedEvents: 96,
  link: 106,
  droppedLinks: 112,
  status: 122,
  flags: 133,
} as const;
const KEY_VALUE = { key: 10, value: 18 } as const;
const ANY_VALUE = { string: 10, bool: 16, int: 24, double: 33 } as const;
const LONGEST_VARINT = 10;
const STATUS = { message: 18, code: 24, error: 2 } as const;
const EVENT = { attribute: 26, others: [9, 18, 32] } as const;
const LINK = { attribute: 34, others: [10, 18, 26, 40, 53] } as const;

/**
 * The head of a span whose bytes can be kept as they are, since they hold what a Span of protobuf may hold, and nothing
 * that has to be cut. Undefined for any other: it is to be decoded as a whole, which says what is wrong with it.
 *
 * @throws RangeError when the bytes end too early
 */
export function readHead(bytes: Buffer, service: string): SpanHead | undefined {
  if (bytes.length > MAX_TEXT) return undefined;
  const reader = protobuf.Reader.create(bytes);
  let traceId = ZERO_TRACE;
  let spanId = ZERO_SPAN;
  let parentSpanId = ZERO_SPAN;
  let name = '';
  let start = { us: 0, ns: 0 };
  let end = { us: 0, ns: 0 };
  let isError = false;
  let correlationId: string | undefined;
  let attributes = 0;
  let parts = 0;
  while (reader.pos < reader.len) {
    switch (reader.uint32()) {
      case SPAN.traceId:
        traceId = hex(reader);
        break;
      case SPAN.spanId:
        spanId = hex(reader);
        break;
      case SPAN.parentSpanId:
        parentSpanId = hex(reader) || ZERO_SPAN;
        break;
      case SPAN.name:
        name = reader.string();
        break;
      case SPAN.start:
        start = readTime(reader);
        break;
      case SPAN.end:
        end = readTime(reader);
        break;
      case SPAN.attribute: {
        const value = readAttribute(reader);
        if (value === undefined) return undefined;
        if (value !== null) correlationId = value;
        attributes++;
        break;
      }
      case SPAN.event:
        parts++;
        if (!skipPart(reader, EVENT)) return undefined;
        break;
      case SPAN.link:
        parts++;
        if (!skipPart(reader, LINK)) return undefined;
        break;
      case SPAN.status: {
        const code = readStatus(reader);
        if (code === undefined) return undefined;
        isError = code === STATUS.error;
        break;
      }
      case SPAN.traceState:
        reader.skipType(2);
        break;
      case SPAN.kind:
        reader.uint32();
        break;
      case SPAN.droppedAttributes:
      case SPAN.droppedEvents:
      case SPAN.droppedLinks:
        reader.skip();
        break;
      case SPAN.flags:
        reader.skip(4);
        break;
      default:
        return undefined;
    }
  }
  if (attributes > MAX_ATTRIBUTES || parts > MAX_EVENTS) return undefined;
  if (traceId.length !== ZERO_TRACE.length || traceId === ZERO_TRACE) return undefined;
  if (spanId.length !== ZERO_SPAN.length || spanId === ZERO_SPAN) return undefined;
  if (parentSpanId.length !== ZERO_SPAN.length) return undefined;
  if (!isTime(start) || !isTime(end)) return undefined;
  return {
    traceId,
    spanId,
    isRoot: parentSpanId === ZERO_SPAN,
    name: name.slice(0, MAX_NAME) || '(no name)',
    service,
    startUs: start.us,
    durationUs: Math.max(((end.us - start.us) * 1000 + end.ns - start.ns) / 1000, 0),
    isError,
    correlationId,
  };
}

function hex(reader: protobuf.Reader): string {
  const bytes = reader.bytes();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

type Time = { readonly us: number; readonly ns: number };

/** 64 bits of nanoseconds as whole microseconds and the rest, without a bigint: 2^32 ns are 4,294,967 µs and 296 ns. */
function readTime(reader: protobuf.Reader): Time {
  const low = reader.fixed32();
  const high = reader.fixed32();
  const rest = high * 296 + low;
  return { us: high * 4_294_967 + Math.floor(rest / 1000), ns: rest % 1000 };
}

function isTime({ us, ns }: Time): boolean {
  return us + ns > 0 && us < MAX_TIME_US;
}

/** The value, where it is that of the correlation id; null for another attribute; undefined for one with a list or an object. */
function readAttribute(reader: protobuf.Reader): string | null | undefined {
  const end = reader.uint32() + reader.pos;
  if (reader.pos === end || reader.uint32() !== KEY_VALUE.key) return undefined;
  const length = reader.uint32();
  const isCorrelation = length === CORRELATION_ID.length && textAt(reader, length) === CORRELATION_ID;
  reader.skip(length);
  if (reader.pos >= end || reader.uint32() !== KEY_VALUE.value) return undefined;
  const valueLength = reader.uint32();
  if (reader.pos + valueLength !== end) return undefined;
  let value: string | null = null;
  if (valueLength > 0) {
    const tag = reader.uint32();
    // Skipping takes a varint that the decoder refuses.
    if (tag === ANY_VALUE.int && valueLength > 1 + LONGEST_VARINT) return undefined;
    if (tag === ANY_VALUE.string && isCorrelation) value = reader.string();
    else if (tag === ANY_VALUE.string) reader.skipType(2);
    else if (tag === ANY_VALUE.bool) reader.uint32();
    else if (tag === ANY_VALUE.int) reader.skip();
    else if (tag === ANY_VALUE.double) reader.skip(8);
    else return undefined;
  }
  return reader.pos === end ? value : undefined;
}

function textAt(reader: protobuf.Reader, length: number): string {
  return Buffer.from(reader.buf.buffer, reader.buf.byteOffset + reader.pos, length).toString('latin1');
}

/** Goes over an event or a link; false when it holds something unexpected. */
function skipPart(
  reader: protobuf.Reader,
  part: { readonly attribute: number; readonly others: readonly number[] },
): boolean {
  const end = reader.uint32() + reader.pos;
  let attributes = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === part.attribute) {
      attributes++;
      if (readAttribute(reader) === undefined) return false;
    } else if (part.others.includes(tag)) reader.skipType(tag & 7);
    else return false;
  }
  return reader.pos === end && attributes <= MAX_ATTRIBUTES;
}

function readStatus(reader: protobuf.Reader): number | undefined {
  const end = reader.uint32() + reader.pos;
  let code = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === STATUS.code) code = reader.int32();
    else if (tag === STATUS.message) reader.skipType(2);
    else return undefined;
  }
  return reader.pos === end ? code : undefined;
}
