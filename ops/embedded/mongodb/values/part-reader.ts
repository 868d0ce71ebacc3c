import { Long } from 'bson';
import { CommandError } from '../errors.ts';
import { invalid } from './element-size.ts';

/** Deepest nesting that is read, as in MongoDB. */
const MAX_DEPTH = 200;

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Reads the parts that BSON's elements are made of (https://bsonspec.org/spec.html), one after the other. It keeps field names,
 * so that each is made once. Each part throws CommandError InvalidBSON, or RangeError where the bytes end too soon.
 */
export class PartReader {
  protected bytes: Buffer = NOTHING;
  protected position = 0;
  private readonly names = new Array<string | undefined>(64);

  protected start(bytes: Buffer): void {
    this.bytes = bytes;
    this.position = 0;
  }

  protected end(): void {
    this.bytes = NOTHING;
  }

  /** Goes into a document or an array; gives back where it ends. */
  protected open(depth: number): number {
    if (depth > MAX_DEPTH) throw new CommandError(15, 'The document is nested too deeply.');
    const start = this.position;
    const size = this.bytes.readInt32LE(start);
    const end = start + size;
    if (size < 5 || end > this.bytes.length || this.bytes[end - 1] !== 0) throw invalid('wrong length');
    this.position = start + 4;
    return end;
  }

  /** The name of a field. */
  protected name(): string {
    const bytes = this.bytes;
    const start = this.position;
    let end = start;
    let hash = 0;
    for (let byte = bytes[end]; byte; byte = bytes[++end]) hash = (hash * 31 + byte) | 0;
    if (end >= bytes.length) throw invalid('a field name does not end');
    this.position = end + 1;
    const slot = hash & 63;
    const known = this.names[slot];
    if (known !== undefined && known.length === end - start) {
      let i = 0;
      while (i < known.length && known.charCodeAt(i) === bytes[start + i]) i++;
      if (i === known.length) return known;
    }
    const name = bytes.toString('utf8', start, end);
    if (name.length === end - start) this.names[slot] = name;
    return name;
  }

  protected string(): string {
    const length = this.bytes.readInt32LE(this.position);
    const start = this.position + 4;
    const end = start + length - 1;
    if (length < 1 || this.bytes[end] !== 0) throw invalid('wrong string length');
    this.position = end + 1;
    if (length <= 24) {
      const codes: number[] = [];
      for (let i = start; i < end; i++) {
        const code = this.bytes[i] ?? 0;
        if (code > 127) return this.bytes.toString('utf8', start, end);
        codes.push(code);
      }
      return String.fromCharCode.apply(null, codes);
    }
    return this.bytes.toString('utf8', start, end);
  }

  protected cstring(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw invalid('a text does not end');
    const text = this.bytes.toString('utf8', this.position, end);
    this.position = end + 1;
    return text;
  }

  protected take(length: number): Buffer {
    const end = this.position + length;
    if (length < 0 || end > this.bytes.length) throw invalid('wrong length');
    const part = Buffer.from(this.bytes.subarray(this.position, end));
    this.position = end;
    return part;
  }

  protected long(): Long {
    const low = this.bytes.readInt32LE(this.position);
    const high = this.bytes.readInt32LE(this.position + 4);
    this.position += 8;
    return new Long(low, high);
  }
}
