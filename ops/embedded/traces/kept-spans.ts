// Spans on disk: the bytes of their origin, and behind it each span as field 4 of the message KeptSpans.
import type { SpanBytes } from './span.ts';

const SPAN = 34;
const MORE = 128;
/** Bytes of the field's number and of a length of 32 bits. */
const MAX_HEAD = 6;

/** Joins spans of one origin. */
export function joinSpans(spans: readonly SpanBytes[]): Buffer {
  const origin = spans[0]?.origin ?? new Uint8Array();
  const room = spans.reduce((sum, { bytes }) => sum + MAX_HEAD + bytes.length, origin.length);
  const joined = Buffer.allocUnsafe(room);
  joined.set(origin);
  let end = origin.length;
  for (const { bytes } of spans) {
    joined[end++] = SPAN;
    let length = bytes.length;
    for (; length >= MORE; length >>>= 7) joined[end++] = (length & (MORE - 1)) | MORE;
    joined[end++] = length;
    joined.set(bytes, end);
    end += bytes.length;
  }
  return joined.subarray(0, end);
}
