import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { invalid, sizeOf } from './element-size.ts';
import { PartReader } from './part-reader.ts';
import { type Doc, setField } from './value.ts';
import { RawDocument } from './write.ts';

export type ReadOptions = {
  /** Only these top-level fields are read; the others are stepped over. */
  readonly fields?: ReadonlySet<string> | undefined;
  /** Every number that a JavaScript number holds exactly becomes one, for calculation; the numeric type is lost. */
  readonly plain?: boolean;
  /** The documents in the array of this top-level field are kept as bytes. */
  readonly rawArray?: string;
};

/** Reads one BSON document. @throws CommandError InvalidBSON when the bytes are not one. */
export function readDocument(bytes: Buffer, options: ReadOptions = {}): Doc {
  return new DocumentReader(options).read(bytes);
}

/** Reads documents of one kind one after the other. */
export class DocumentReader extends PartReader {
  private readonly fields: ReadonlySet<string> | undefined;
  private readonly plain: boolean;
  private readonly rawArray: string | undefined;

  constructor(options: ReadOptions = {}) {
    super();
    this.fields = options.fields;
    this.plain = options.plain ?? false;
    this.rawArray = options.rawArray;
  }

  /** @param fields the top-level fields to read this time */
  read(bytes: Buffer, fields = this.fields): Doc {
    this.start(bytes);
    try {
      return this.document(0, fields);
    } catch (error) {
      if (error instanceof RangeError) throw invalid(error.message);
      throw error;
    } finally {
      this.end();
    }
  }

  private document(depth: number, fields?: ReadonlySet<string>): Doc {
    const end = this.open(depth);
    const doc: Doc = {};
    let wanted = fields === undefined ? Number.POSITIVE_INFINITY : fields.size;
    while (wanted > 0) {
      const type = this.bytes[this.position++];
      if (type === 0 || type === undefined) break;
      const name = this.name();
      if (fields !== undefined) {
        if (!fields.has(name)) {
          this.position += sizeOf(this.bytes, type, this.position);
          continue;
        }
        wanted -= 1;
      }
      const raw = type === 0x04 && depth === 0 && name === this.rawArray;
      const value = raw ? this.rawDocuments() : this.value(type, depth);
      if (name === '__proto__') setField(doc, name, value);
      else doc[name] = value;
    }
    this.position = end;
    return doc;
  }

  private array(depth: number): unknown[] {
    const end = this.open(depth);
    const values: unknown[] = [];
    for (;;) {
      const type = this.bytes[this.position++];
      if (type === 0 || type === undefined) break;
      while (this.bytes[this.position++]) {
        // an array's names are its indexes: nothing to keep
      }
      values.push(this.value(type, depth));
    }
    this.position = end;
    return values;
  }

  private rawDocuments(): RawDocument[] {
    const end = this.open(0);
    const documents: RawDocument[] = [];
    for (let type = this.bytes[this.position++]; type; type = this.bytes[this.position++]) {
      if (type !== 0x03) throw invalid('a list of documents holds something else');
      this.position = this.bytes.indexOf(0, this.position) + 1;
      const start = this.position;
      this.position += sizeOf(this.bytes, type, start);
      if (this.position > end) throw invalid('wrong length');
      documents.push(new RawDocument(this.bytes.subarray(start, this.position)));
    }
    this.position = end;
    return documents;
  }

  private value(type: number, depth: number): unknown {
    switch (type) {
      case 0x01: {
        const number = this.bytes.readDoubleLE(this.position);
        this.position += 8;
        return this.plain || (number | 0) !== number || Object.is(number, -0) ? number : new Double(number);
      }
      case 0x02:
        return this.string();
      case 0x03:
        return this.document(depth + 1);
      case 0x04:
        return this.array(depth + 1);
      case 0x05: {
        const length = this.bytes.readInt32LE(this.position);
        const subtype = this.bytes.readUInt8(this.position + 4);
        this.position += 5;
        return new Binary(this.take(length), subtype);
      }
      case 0x06:
      case 0x0a:
        return null;
      case 0x07:
        return new ObjectId(this.take(12));
      case 0x08:
        return this.bytes.readUInt8(this.position++) === 1;
      case 0x09:
        return new Date(this.long().toNumber());
      case 0x0b:
        return new BSONRegExp(this.cstring(), this.cstring());
      case 0x0c: {
        const collection = this.string();
        return new DBRef(collection, new ObjectId(this.take(12)));
      }
      case 0x0d:
        return new Code(this.string());
      case 0x0e: {
        const text = this.string();
        return this.plain ? text : new BSONSymbol(text);
      }
      case 0x0f: {
        this.position += 4;
        const code = this.string();
        return new Code(code, this.document(depth + 1));
      }
      case 0x10: {
        const number = this.bytes.readInt32LE(this.position);
        this.position += 4;
        return number;
      }
      case 0x11:
        return new Timestamp(this.long());
      case 0x12: {
        const long = this.long();
        if (!this.plain) return long;
        const number = long.toNumber();
        return Number.isSafeInteger(number) ? number : long;
      }
      case 0x13:
        return new Decimal128(this.take(16));
      case 0x7f:
        return new MaxKey();
      case 0xff:
        return new MinKey();
      default:
        throw invalid(`unknown type ${type}`);
    }
  }
}
