import { AmqpFault } from './fault.ts';

/** Reads the primitive types of AMQP 0-9-1 (section 4.2.5) from one payload; too short a payload is a syntax error. */
export class Reader {
  readonly bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  get left(): number {
    return this.bytes.length - this.offset;
  }

  #advance(size: number): number {
    const start = this.offset;
    if (size > this.bytes.length - start) throw new AmqpFault(502, 'a field ends beyond its frame');
    this.offset = start + size;
    return start;
  }

  octet(): number {
    return this.bytes.readUInt8(this.#advance(1));
  }

  short(): number {
    return this.bytes.readUInt16BE(this.#advance(2));
  }

  long(): number {
    return this.bytes.readUInt32BE(this.#advance(4));
  }

  /** Exact up to 2^53: beyond that no delivery tag or body size that this broker handles can be. */
  longlong(): number {
    return this.long() * 0x1_0000_0000 + this.long();
  }

  /** The bits of one octet, lowest first: up to eight bit fields in a row share one. */
  bits(): readonly [boolean, boolean, boolean, boolean, boolean, boolean, boolean, boolean] {
    const octet = this.octet();
    const isSet = (bit: number) => (octet & (1 << bit)) !== 0;
    return [isSet(0), isSet(1), isSet(2), isSet(3), isSet(4), isSet(5), isSet(6), isSet(7)];
  }

  int8(): number {
    return this.bytes.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#advance(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.#advance(8));
  }

  float(): number {
    return this.bytes.readFloatBE(this.#advance(4));
  }

  double(): number {
    return this.bytes.readDoubleBE(this.#advance(8));
  }

  /** A view, not a copy. */
  raw(size: number): Buffer {
    const start = this.#advance(size);
    return this.bytes.subarray(start, start + size);
  }

  shortstr(): string {
    const size = this.octet();
    const start = this.#advance(size);
    return this.bytes.toString('utf8', start, start + size);
  }

  longstr(): Buffer {
    return this.raw(this.long());
  }
}
