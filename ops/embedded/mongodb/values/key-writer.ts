import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { exactNumber } from './exact-number.ts';
import { isDoc, numberOf } from './value.ts';

/**
 * The first byte of an encoded value: BSON's order of types. A missing field is null; `EMPTY` stands for an empty array
 * among index keys and sort keys, where MongoDB puts it before null.
 */
export const TYPE = {
  minKey: 0x05,
  empty: 0x08,
  null: 0x10,
  number: 0x20,
  string: 0x28,
  object: 0x30,
  array: 0x38,
  binary: 0x40,
  objectId: 0x48,
  boolean: 0x50,
  date: 0x58,
  timestamp: 0x60,
  regex: 0x68,
  code: 0x78,
  maxKey: 0xf0,
} as const;

/** Stands for an empty array where keys are compared. */
export const EMPTY_ARRAY: unique symbol = Symbol('empty array');

/** The place of a value's type in BSON's order. */
export function typeOrder(value: unknown): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return TYPE.number;
    case 'string':
      return TYPE.string;
    case 'boolean':
      return TYPE.boolean;
    case 'undefined':
      return TYPE.null;
    case 'symbol':
      return TYPE.empty;
    default:
  }
  if (value === null) return TYPE.null;
  if (Array.isArray(value)) return TYPE.array;
  if (isDoc(value)) return TYPE.object;
  if (value instanceof Date) return TYPE.date;
  if (value instanceof ObjectId) return TYPE.objectId;
  if (value instanceof Timestamp) return TYPE.timestamp;
  if (numberOf(value) !== undefined || value instanceof Decimal128) return TYPE.number;
  if (value instanceof BSONSymbol) return TYPE.string;
  if (value instanceof Binary) return TYPE.binary;
  if (value instanceof BSONRegExp || value instanceof RegExp) return TYPE.regex;
  if (value instanceof Code) return TYPE.code;
  if (value instanceof MinKey) return TYPE.minKey;
  if (value instanceof MaxKey) return TYPE.maxKey;
  return TYPE.object;
}

/**
 * Writes values so that comparing the bytes compares the values in BSON's order. No encoding is the beginning of another,
 * so encodings in a row compare as the row of values does.
 */
export class KeyWriter {
  private bytes = Buffer.allocUnsafe(256);
  private position = 0;

  reset(): void {
    this.position = 0;
  }

  /** A copy of what was written since the last reset. */
  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.position));
  }

  value(value: unknown, descending = false): void {
    const start = this.position;
    this.ascending(value);
    if (!descending) return;
    for (let i = start; i < this.position; i++) this.bytes[i] = ~(this.bytes[i] ?? 0) & 0xff;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.position = this.bytes.writeUInt32BE(value, this.position);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  private ascending(value: unknown): void {
    const type = typeOrder(value);
    this.byte(type);
    this.content(value, type);
  }

  private content(value: unknown, type: number): void {
    switch (type) {
      case TYPE.number:
        this.number(value);
        break;
      case TYPE.string:
        this.text(typeof value === 'string' ? value : String(value));
        break;
      case TYPE.boolean:
        this.byte(value === true ? 1 : 0);
        break;
      case TYPE.array:
        this.array(Array.isArray(value) ? value : []);
        break;
      case TYPE.object:
        this.object(value);
        break;
      default:
        this.rare(value);
    }
  }

  private rare(value: unknown): void {
    if (value instanceof Date) this.int64(BigInt(value.getTime() || 0));
    else if (value instanceof ObjectId) this.raw(value.id);
    else if (value instanceof Timestamp) this.uint64(value);
    else if (value instanceof Binary) {
      this.uint32(value.position);
      this.byte(value.sub_type);
      this.raw(value.buffer.subarray(0, value.position));
    } else if (value instanceof BSONRegExp) {
      this.text(value.pattern);
      this.text(value.options);
    } else if (value instanceof RegExp) {
      this.text(value.source);
      this.text(value.flags);
    } else if (value instanceof Code) {
      this.text(value.code);
      this.object(value.scope ?? {});
    }
  }

  private number(value: unknown): void {
    const exact = exactNumber(value);
    this.double(exact.double);
    if (exact.rest === undefined) {
      this.byte(2);
      return;
    }
    this.byte(exact.rest.above ? 3 : 1);
    this.raw(exact.rest.digits);
  }

  /** Positive numbers get their sign bit set, negative ones are inverted; NaN comes before all. */
  private double(value: number): void {
    this.reserve(8);
    const at = this.position;
    this.position = at + 8;
    if (Number.isNaN(value)) {
      this.bytes.fill(0, at, at + 8);
      return;
    }
    this.bytes.writeDoubleBE(value + 0, at);
    const first = this.bytes[at] ?? 0;
    if (first & 0x80) for (let i = at; i < at + 8; i++) this.bytes[i] = ~(this.bytes[i] ?? 0) & 0xff;
    else this.bytes[at] = first | 0x80;
  }

  private text(value: string): void {
    const longest = value.length * 3;
    this.reserve(longest + 2);
    const start = this.position;
    this.position += this.bytes.write(value, start, 'utf8');
    if (value.includes('\0')) {
      const escaped = Buffer.from(
        this.bytes.toString('latin1', start, this.position).replaceAll('\0', '\0\xff'),
        'latin1',
      );
      this.position = start;
      this.raw(escaped);
    }
    this.byte(0);
    this.byte(0);
  }

  private array(values: readonly unknown[]): void {
    for (const value of values) this.ascending(value);
    this.byte(0);
  }

  private object(value: unknown): void {
    for (const [field, content] of Object.entries(isDoc(value) ? value : {})) {
      const type = typeOrder(content);
      this.byte(type);
      this.text(field);
      this.content(content, type);
    }
    this.byte(0);
  }

  private int64(value: bigint): void {
    this.reserve(8);
    this.position = this.bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ (1n << 63n), this.position);
  }

  private uint64(value: { readonly high: number; readonly low: number }): void {
    this.reserve(8);
    this.position = this.bytes.writeUInt32BE(value.high >>> 0, this.position);
    this.position = this.bytes.writeUInt32BE(value.low >>> 0, this.position);
  }

  private byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  private reserve(more: number): void {
    const needed = this.position + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
  }
}
