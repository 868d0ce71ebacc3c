import type { Attributes, Value } from '../span.ts';

/** Characters of a text that are kept. */
export const MAX_TEXT = 32 * 1024;
/** Attributes of a span that are kept, and elements of a list. */
export const MAX_ATTRIBUTES = 256;
const MAX_DEPTH = 8;

/** What reads as an object; anything else is an object without fields, as protobuf has it for what is absent. */
export function fields(input: unknown): Readonly<Record<string, unknown>> {
  return isRecord(input) ? input : {};
}

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/**
 * The elements of a repeated field.
 *
 * @throws TypeError when it is something else than a list
 */
export function list(input: unknown, name: string): unknown[] {
  if (input === undefined || input === null) return [];
  if (Array.isArray(input)) return input;
  throw new TypeError(`"${name}" must be a list.`);
}

/** Text, cut where it is too long to keep. */
export function text(input: unknown): string {
  if (typeof input !== 'string') return '';
  return input.length > MAX_TEXT
    ? `${input.slice(0, MAX_TEXT)} … (${input.length} characters in all)`
    : input;
}

/** A list of OTLP's KeyValue as an object; the first 256 entries. */
export function readAttributes(input: unknown, depth = 0): Attributes {
  const entries = list(input, 'attributes').slice(0, MAX_ATTRIBUTES);
  return Object.fromEntries(
    entries.map((entry) => {
      const { key, value } = fields(entry);
      return [text(key), readValue(value, depth)];
    }),
  );
}

function readValue(input: unknown, depth: number): Value {
  const value = fields(input);
  if (depth > MAX_DEPTH) return '…';
  if (typeof value.stringValue === 'string') return text(value.stringValue);
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  if (value.intValue !== undefined) return integer(value.intValue);
  if (value.doubleValue !== undefined) return double(value.doubleValue);
  if (value.arrayValue !== undefined) {
    const elements = list(fields(value.arrayValue).values, 'arrayValue.values');
    return elements.slice(0, MAX_ATTRIBUTES).map((element) => readValue(element, depth + 1));
  }
  if (value.kvlistValue !== undefined) return readAttributes(fields(value.kvlistValue).values, depth + 1);
  if (value.bytesValue instanceof Uint8Array) return text(Buffer.from(value.bytesValue).toString('base64'));
  return text(value.bytesValue) || null;
}

function integer(input: unknown): Value {
  const number = Number(input);
  return Number.isSafeInteger(number) ? number : String(input);
}

/** JSON writes what is no number as text (`"NaN"`, `"Infinity"`), and so does what is kept. */
function double(input: unknown): Value {
  const number = Number(input);
  return Number.isFinite(number) ? number : String(input);
}
