import { AmqpFault } from './fault.ts';
import { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** A moment in whole seconds since 1970, as field tables carry it. */
export type Timestamp = { readonly timestamp: number };

/** A value of a field table, with RabbitMQ's type tags (its AMQP 0-9-1 errata, section 3). */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | Buffer
  | Timestamp
  | readonly FieldValue[]
  | FieldTable;

export type FieldTable = { readonly [key: string]: FieldValue };

/** Nesting deeper than this is refused, so that a small frame cannot exhaust the stack. */
const DEEPEST = 32;

/** Decodes the content of a table, that is without its leading size. */
export function decodeTable(bytes: Buffer, depth = 0): FieldTable {
  const reader = new Reader(bytes);
  const entries: [string, FieldValue][] = [];
  while (reader.left > 0) entries.push([reader.shortstr(), decodeValue(reader, depth)]);
  return Object.fromEntries(entries);
}

/**
 * The entries of a table as they stand, type tags and all, so that a table can be passed on with some entries
 * replaced and the others untouched.
 */
export function splitTable(bytes: Buffer): Map<string, Buffer> {
  const reader = new Reader(bytes);
  const entries = new Map<string, Buffer>();
  while (reader.left > 0) {
    const key = reader.shortstr();
    const start = reader.offset;
    decodeValue(reader, 0);
    entries.set(key, bytes.subarray(start, reader.offset));
  }
  return entries;
}

/** Decodes one tagged value. */
function decodeValue(reader: Reader, depth = 0): FieldValue {
  if (depth > DEEPEST) throw new AmqpFault(502, 'a field table is nested too deeply');
  const tag = String.fromCharCode(reader.octet());
  switch (tag) {
    case 't':
      return reader.octet() !== 0;
    case 'b':
      return reader.int8();
    case 'B':
      return reader.octet();
    case 's':
      return reader.int16();
    case 'u':
      return reader.short();
    case 'I':
      return reader.int32();
    case 'i':
      return reader.long();
    case 'l':
      return Number(reader.int64());
    case 'f':
      return reader.float();
    case 'd':
      return reader.double();
    case 'D': {
      const places = reader.octet();
      return reader.long() / 10 ** places;
    }
    case 'S':
      return reader.longstr().toString('utf8');
    case 'x':
      return reader.longstr();
    case 'T':
      return { timestamp: reader.longlong() };
    case 'V':
      return null;
    case 'F':
      return decodeTable(reader.longstr(), depth + 1);
    case 'A': {
      const items = new Reader(reader.longstr());
      const values: FieldValue[] = [];
      while (items.left > 0) values.push(decodeValue(items, depth + 1));
      return values;
    }
    default:
      throw new AmqpFault(502, `a field table holds a value of unknown type '${tag}'`);
  }
}

/** Writes a table with its leading size. Whole numbers are written as signed 64 bit. */
export function writeTable(writer: Writer, table: FieldTable): void {
  const at = writer.size;
  writer.long(0);
  for (const [key, value] of Object.entries(table)) {
    writer.shortstr(key);
    writeValue(writer, value);
  }
  writer.patchLong(at, writer.size - at - 4);
}

function isTimestamp(value: FieldTable | Timestamp): value is Timestamp {
  return typeof value.timestamp === 'number' && Object.keys(value).length === 1;
}

function isList(value: FieldTable | Timestamp | readonly FieldValue[]): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** Writes one value with its type tag. */
export function writeValue(writer: Writer, value: FieldValue): void {
  if (value === null) {
    tag(writer, 'V');
  } else if (typeof value === 'string') {
    tag(writer, 'S').longstr(Buffer.from(value));
  } else if (typeof value === 'boolean') {
    tag(writer, 't').octet(value ? 1 : 0);
  } else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) tag(writer, 'l').int64(BigInt(value));
    else tag(writer, 'd').double(value);
  } else if (Buffer.isBuffer(value)) {
    tag(writer, 'x').longstr(value);
  } else if (isList(value)) {
    tag(writer, 'A');
    const at = writer.size;
    writer.long(0);
    for (const item of value) writeValue(writer, item);
    writer.patchLong(at, writer.size - at - 4);
  } else if (isTimestamp(value)) {
    tag(writer, 'T').longlong(value.timestamp);
  } else {
    tag(writer, 'F');
    writeTable(writer, value);
  }
}

function tag(writer: Writer, letter: string): Writer {
  return writer.octet(letter.charCodeAt(0));
}
