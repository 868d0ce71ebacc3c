/**
 * The few protobuf wire operations that the hot paths need. Messages that pass through this node by the hundred thousand
 * (events, appends, acknowledgements) are read and written here; everything rare uses the generated classes.
 */

export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** The bytes that `value` (an integer from 0 to 2^53) takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Writes `value` (an integer from 0 to 2^53) as a varint and returns the offset after it. */
export function writeVarint(target: Buffer, offset: number, value: number): number {
  let rest = value;
  let at = offset;
  while (rest > 0x7fffffff) {
    target[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    target[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

/** The size of a length-delimited field with a one-byte tag. */
export function bytesFieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** Writes tag and length of a length-delimited field (number below 16) and returns the offset after them. */
export function writeBytesHead(target: Buffer, offset: number, field: number, length: number): number {
  target[offset] = (field << 3) | BYTES;
  return writeVarint(target, offset + 1, length);
}

export function bytesField(field: number, content: Uint8Array): Buffer {
  const target = Buffer.allocUnsafe(bytesFieldSize(content.length));
  target.set(content, writeBytesHead(target, 0, field, content.length));
  return target;
}

/** A varint field as bytes of its own (proto3: nothing at all for zero, unless it is part of a oneof). */
export function varintField(field: number, value: number, always = false): Buffer {
  if (value === 0 && !always) return Buffer.alloc(0);
  const target = Buffer.allocUnsafe(1 + varintSize(value));
  target[0] = field << 3;
  writeVarint(target, 1, value);
  return target;
}

/** Walks over the fields of one message without building anything. */
export class FieldReader {
  readonly bytes: Buffer;
  readonly end: number;
  offset: number;
  field = 0;
  wireType = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.offset >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wireType = tag & 7;
    if (this.field === 0) throw new MalformedMessage('a field has the number 0');
    return true;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.offset < this.end ? this.bytes[this.offset++] : undefined;
      if (byte === undefined) break;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw new MalformedMessage('a number does not end');
  }

  /** A varint that may use all 64 bits. */
  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.offset < this.end ? this.bytes[this.offset++] : undefined;
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new MalformedMessage('a number does not end');
  }

  /** The content of a length-delimited field, not copied. */
  content(): Buffer {
    if (this.wireType !== BYTES) throw new MalformedMessage(`field ${this.field} has an unexpected type`);
    const length = this.varint();
    const start = this.offset;
    this.offset += length;
    if (this.offset > this.end) throw new MalformedMessage(`field ${this.field} is longer than its message`);
    return this.bytes.subarray(start, this.offset);
  }

  message(): FieldReader {
    return new FieldReader(this.content());
  }

  text(): string {
    return this.content().toString('utf8');
  }

  skip(): void {
    if (this.wireType === VARINT) this.varint64();
    else if (this.wireType === FIXED64) this.offset += 8;
    else if (this.wireType === BYTES) this.content();
    else if (this.wireType === FIXED32) this.offset += 4;
    else throw new MalformedMessage(`wire type ${this.wireType} is unknown`);
    if (this.offset > this.end) throw new MalformedMessage(`field ${this.field} is longer than its message`);
  }
}

class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}
