import { AmqpFault } from './fault.ts';
import { decodeTable, type FieldTable, splitTable } from './field-table.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** The properties of class basic in the order of their flags, from bit 15 downwards (section 1.8.3 of the specification). */
const LAYOUT = [
  ['contentType', 'shortstr'],
  ['contentEncoding', 'shortstr'],
  ['headers', 'table'],
  ['deliveryMode', 'octet'],
  ['priority', 'octet'],
  ['correlationId', 'shortstr'],
  ['replyTo', 'shortstr'],
  ['expiration', 'shortstr'],
  ['messageId', 'shortstr'],
  ['timestamp', 'longlong'],
  ['type', 'shortstr'],
  ['userId', 'shortstr'],
  ['appId', 'shortstr'],
  ['clusterId', 'shortstr'],
] as const;

type PropertyName = (typeof LAYOUT)[number][0];

/** Each property that is present, as the bytes it has on the wire. */
export type Properties = ReadonlyMap<PropertyName, Buffer>;

/** Splits the flags and the list of properties of a content header. */
export function splitProperties(bytes: Buffer): Properties {
  const reader = new Reader(bytes);
  const flags = reader.short();
  if ((flags & 1) !== 0)
    throw new AmqpFault(502, 'a content header has more flags than there are properties');
  const found = new Map<PropertyName, Buffer>();
  for (const [index, [name, type]] of LAYOUT.entries()) {
    if ((flags & (0x8000 >> index)) === 0) continue;
    const start = reader.offset;
    switch (type) {
      case 'shortstr':
        reader.raw(reader.octet());
        break;
      case 'table':
        reader.longstr();
        break;
      case 'octet':
        reader.octet();
        break;
      case 'longlong':
        reader.raw(8);
        break;
    }
    found.set(name, bytes.subarray(start, reader.offset));
  }
  return found;
}

export function joinProperties(properties: Properties): Buffer {
  const writer = new Writer();
  let flags = 0;
  for (const [index, [name]] of LAYOUT.entries()) if (properties.has(name)) flags |= 0x8000 >> index;
  writer.short(flags);
  for (const [name] of LAYOUT) {
    const value = properties.get(name);
    if (value) writer.raw(value);
  }
  return writer.finish();
}

type TextProperty = Exclude<PropertyName, 'headers' | 'deliveryMode' | 'priority' | 'timestamp'>;

export function textProperty(properties: Properties, name: TextProperty): string | undefined {
  const bytes = properties.get(name);
  return bytes ? new Reader(bytes).shortstr() : undefined;
}

/** Delivery mode 2: the message is to survive a restart of the broker. */
export function isPersistent(properties: Properties): boolean {
  return properties.get('deliveryMode')?.[0] === 2;
}

/** Milliseconds that a message may wait, from its property `expiration` (text, as RabbitMQ reads it). */
export function timeToLive(properties: Properties): number | undefined {
  const text = textProperty(properties, 'expiration');
  if (text === undefined) return undefined;
  const milliseconds = Number(text);
  if (!/^\d{1,10}$/.test(text) || milliseconds > 0xffff_ffff) {
    throw new AmqpFault(406, `invalid expiration '${text}': write whole milliseconds`);
  }
  return milliseconds;
}

export function headersOf(properties: Properties): FieldTable {
  const bytes = properties.get('headers');
  return bytes ? decodeTable(bytes.subarray(4)) : {};
}

/** The headers with some replaced (a value with its type tag) or taken out (undefined); the others stay byte for byte. */
export function withHeaders(
  properties: Properties,
  changes: ReadonlyMap<string, Buffer | undefined>,
): Properties {
  const before = properties.get('headers');
  const entries = before ? splitTable(before.subarray(4)) : new Map<string, Buffer>();
  for (const [key, value] of changes) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  const writer = new Writer();
  writer.long(0);
  for (const [key, value] of entries) writer.shortstr(key).raw(value);
  writer.patchLong(0, writer.size - 4);
  return new Map(properties).set('headers', writer.finish());
}
