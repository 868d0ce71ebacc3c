import { AmqpFault, notImplemented } from './fault.ts';
import { decodeTable, writeTable } from './field-table.ts';
import { endFrame, FRAME_METHOD, startFrame } from './frame.ts';
import {
  type FieldType,
  METHODS,
  type Method,
  type MethodArguments,
  type MethodName,
  methodKey,
  REFUSED_METHODS,
} from './methods.ts';
import { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

type Layout = {
  readonly name: MethodName;
  readonly key: number;
  readonly fields: readonly (readonly [string, FieldType])[];
};

const BY_NAME: ReadonlyMap<string, Layout> = new Map(
  Object.entries(METHODS).map(([name, { id, fields }]) => [
    name,
    // Object.entries widens the names of a constant that is written in full in methods.ts.
    { name: name as MethodName, key: methodKey(id[0], id[1]), fields: Object.entries(fields) },
  ]),
);
const BY_KEY: ReadonlyMap<number, Layout> = new Map(
  [...BY_NAME.values()].map((layout) => [layout.key, layout]),
);

/**
 * Decodes the payload of a method frame.
 *
 * @throws AmqpFault 540 for a method that this broker refuses, 503 for one that does not exist, 502 when the
 * arguments do not fit.
 */
export function decodeMethod(payload: Buffer): Method {
  const reader = new Reader(payload);
  const key = reader.long();
  const layout = BY_KEY.get(key);
  if (!layout) {
    const refused = REFUSED_METHODS.get(key);
    if (refused) throw notImplemented(refused);
    throw new AmqpFault(503, `there is no method ${key >>> 16}.${key & 0xffff}`);
  }
  const args: Record<string, unknown> = {};
  let bits = 0;
  let bit = 8;
  for (const [field, type] of layout.fields) {
    if (type === 'bit') {
      if (bit === 8) {
        bits = reader.octet();
        bit = 0;
      }
      args[field] = (bits & (1 << bit++)) !== 0;
      continue;
    }
    bit = 8;
    args[field] = type === 'table' ? decodeTable(reader.longstr()) : reader[type]();
  }
  // The layout that was just followed is the one that the type of this name is derived from.
  return { name: layout.name, args } as unknown as Method;
}

/** One method as a whole frame. */
export function encodeMethod<N extends MethodName>(
  channel: number,
  name: N,
  args: MethodArguments<N>,
): Buffer {
  const layout = BY_NAME.get(name);
  if (!layout) throw new Error(`There is no method ${name}.`);
  const writer = startFrame(FRAME_METHOD, channel);
  writer.long(layout.key);
  const values = new Map<string, unknown>(Object.entries(args));
  let bits = 0;
  let bit = 0;
  for (const [field, type] of layout.fields) {
    const value = values.get(field);
    if (type === 'bit') {
      if (value === true) bits |= 1 << bit;
      bit++;
      continue;
    }
    if (bit > 0) {
      writer.octet(bits);
      bits = 0;
      bit = 0;
    }
    writeField(writer, type, value);
  }
  if (bit > 0) writer.octet(bits);
  return endFrame(writer);
}

/** The types of the values are held by the signature of encodeMethod; the layout says which one it is. */
function writeField(writer: Writer, type: Exclude<FieldType, 'bit'>, value: unknown): void {
  switch (type) {
    case 'octet':
    case 'short':
    case 'long':
    case 'longlong':
      writer[type](value as number);
      return;
    case 'shortstr':
      writer.shortstr(value as string);
      return;
    case 'longstr':
      writer.longstr(value as Buffer);
      return;
    case 'table':
      writeTable(writer, value as MethodArguments<'connection.start'>['serverProperties']);
      return;
  }
}
