import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { badValue } from '../errors.ts';
import { type Doc, isDoc } from './value.ts';

/** A document that is already BSON: written as it is. */
export class RawDocument {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Writes one document as BSON. Fields that are undefined are left out. */
export const writeDocument = (doc: Doc): Buffer => new DocumentWriter().write(doc);

/** Writes documents one after the other, each through the same buffer, which grows. */
export class DocumentWriter {
  private bytes = Buffer.allocUnsafe(1024);
  private position = 0;

  write(doc: Doc): Buffer {
    this.position = 0;
    this.document(doc);
    return Buffer.from(this.bytes.subarray(0, this.position));
  }

  private document(doc: Doc): void {
    const start = this.open();
    for (const name of Object.keys(doc)) {
      const value = doc[name];
      if (value !== undefined) this.element(name, value);
    }
    this.close(start);
  }

  private array(values: readonly unknown[]): void {
    const start = this.open();
    for (let i = 0; i < values.length; i++) this.element(String(i), values[i] ?? null);
    this.close(start);
  }

  private open(): number {
    const start = this.position;
    this.reserve(4);
    this.position += 4;
    return start;
  }

  private close(start: number): void {
    this.byte(0);
    this.bytes.writeInt32LE(this.position - start, start);
  }

  private element(name: string, value: unknown): void {
    const typeAt = this.position;
    this.byte(0);
    this.cstring(name);
    const type = this.value(value, name);
    this.bytes[typeAt] = type;
  }

  private value(value: unknown, name: string): number {
    switch (typeof value) {
      case 'string':
        this.string(value);
        return 0x02;
      case 'number':
        return this.number(value);
      case 'boolean':
        this.byte(value ? 1 : 0);
        return 0x08;
      case 'bigint':
        this.long(Long.fromBigInt(value));
        return 0x12;
      case 'object':
        return value === null ? 0x0a : this.object(value, name);
      default:
        throw badValue(`The field "${name}" holds a ${typeof value}, which BSON cannot store.`);
    }
  }

  private number(value: number): number {
    this.reserve(8);
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.position = this.bytes.writeInt32LE(value, this.position);
      return 0x10;
    }
    this.position = this.bytes.writeDoubleLE(value, this.position);
    return 0x01;
  }

  private object(value: object, name: string): number {
    if (Array.isArray(value)) {
      this.array(value);
      return 0x04;
    }
    if (isDoc(value)) {
      this.document(value);
      return 0x03;
    }
    if (value instanceof RawDocument) {
      this.copy(value.bytes);
      return 0x03;
    }
    if (value instanceof Date) {
      this.long(Long.fromNumber(value.getTime()));
      return 0x09;
    }
    if (value instanceof ObjectId) {
      this.copy(value.id);
      return 0x07;
    }
    return this.rare(value, name);
  }

  private rare(value: object, name: string): number {
    if (value instanceof Long && !(value instanceof Timestamp)) {
      this.long(value);
      return 0x12;
    }
    if (value instanceof Timestamp) {
      this.long(value);
      return 0x11;
    }
    if (value instanceof Double) {
      this.reserve(8);
      this.position = this.bytes.writeDoubleLE(value.value, this.position);
      return 0x01;
    }
    if (value instanceof Int32) return this.number(value.value);
    if (value instanceof Decimal128) {
      this.copy(value.bytes);
      return 0x13;
    }
    if (value instanceof Binary) {
      this.int32(value.position);
      this.byte(value.sub_type);
      this.copy(value.buffer.subarray(0, value.position));
      return 0x05;
    }
    if (value instanceof BSONRegExp) return this.regex(value.pattern, value.options);
    if (value instanceof RegExp) return this.regex(value.source, value.flags.replace(/[^imsux]/g, ''));
    if (value instanceof MinKey) return 0xff;
    if (value instanceof MaxKey) return 0x7f;
    if (value instanceof BSONSymbol) {
      this.string(value.value);
      return 0x0e;
    }
    if (value instanceof Code) return this.code(value);
    if (value instanceof DBRef) {
      this.document({ $ref: value.collection, $id: value.oid });
      return 0x03;
    }
    throw badValue(`The field "${name}" holds a value that BSON cannot store.`);
  }

  private code(value: Code): number {
    if (!value.scope) {
      this.string(value.code);
      return 0x0d;
    }
    const start = this.open();
    this.string(value.code);
    this.document(value.scope);
    this.bytes.writeInt32LE(this.position - start, start);
    return 0x0f;
  }

  private regex(pattern: string, flags: string): number {
    this.cstring(pattern);
    this.cstring(flags);
    return 0x0b;
  }

  private string(value: string): void {
    const at = this.position;
    this.reserve(value.length * 3 + 5);
    const length = this.bytes.write(value, at + 4, 'utf8');
    this.bytes.writeInt32LE(length + 1, at);
    this.position = at + 4 + length;
    this.byte(0);
  }

  private cstring(value: string): void {
    if (value.includes('\0')) throw badValue('A field name or pattern must not contain a zero byte.');
    this.reserve(value.length * 3 + 1);
    this.position += this.bytes.write(value, this.position, 'utf8');
    this.byte(0);
  }

  private long(value: { readonly high: number; readonly low: number }): void {
    this.int32(value.low);
    this.int32(value.high);
  }

  private int32(value: number): void {
    this.reserve(4);
    this.position = this.bytes.writeInt32LE(value, this.position);
  }

  private byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  private copy(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  private reserve(more: number): void {
    const needed = this.position + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
  }
}
