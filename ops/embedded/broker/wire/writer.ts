import { AmqpFault } from './fault.ts';

/** Writes the primitive types of AMQP 0-9-1 (section 4.2.5) into a buffer that grows as needed. */
export class Writer {
  #bytes: Buffer;
  #size = 0;

  constructor(expected = 128) {
    this.#bytes = Buffer.allocUnsafe(expected);
  }

  get size(): number {
    return this.#size;
  }

  #reserve(size: number): number {
    const start = this.#size;
    this.#size = start + size;
    if (this.#size > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#size, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, start);
      this.#bytes = grown;
    }
    return start;
  }

  octet(value: number): this {
    const at = this.#reserve(1);
    this.#bytes.writeUInt8(value, at);
    return this;
  }

  /** Up to eight bit fields in a row share one octet, the first in its lowest bit. */
  bits(...values: readonly boolean[]): this {
    return this.octet(values.reduce((octet, value, bit) => (value ? octet | (1 << bit) : octet), 0));
  }

  short(value: number): this {
    const at = this.#reserve(2);
    this.#bytes.writeUInt16BE(value, at);
    return this;
  }

  long(value: number): this {
    const at = this.#reserve(4);
    this.#bytes.writeUInt32BE(value, at);
    return this;
  }

  longlong(value: number): this {
    this.long(Math.floor(value / 0x1_0000_0000));
    return this.long(value % 0x1_0000_0000);
  }

  int64(value: bigint): this {
    const at = this.#reserve(8);
    this.#bytes.writeBigInt64BE(value, at);
    return this;
  }

  double(value: number): this {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
    return this;
  }

  raw(value: Buffer): this {
    const at = this.#reserve(value.length);
    value.copy(this.#bytes, at);
    return this;
  }

  shortstr(value: string): this {
    const length = Buffer.byteLength(value);
    if (length > 255) throw new AmqpFault(502, 'a short string is longer than 255 bytes');
    this.octet(length);
    const at = this.#reserve(length);
    this.#bytes.write(value, at, 'utf8');
    return this;
  }

  longstr(value: Buffer): this {
    return this.long(value.length).raw(value);
  }

  /** Overwrites four bytes written before: the size of what follows them. */
  patchLong(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  /** What was written; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }
}
