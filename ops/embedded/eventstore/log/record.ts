import { crc32 } from 'node:zlib';
import { bytesFieldSize, varintSize, writeBytesHead, writeVarint } from '../wire/protobuf.ts';
import { uuidToText } from '../wire/uuid.ts';

/**
 * One event in the log.
 *
 * The body is the event as it goes over the wire (`RecordedEvent` of streams.proto and persistent.proto, which share their
 * field numbers), written once when it is appended: a read copies bytes and decodes nothing. The head before it says
 * where the parts are. All numbers are little-endian.
 *
 *      0  u32  size of the whole record, head and the closing size included
 *      4  u32  CRC-32 of everything from offset 8 up to the closing size
 *      8  u48  position: the offset in the log at which it was appended
 *     14  u48  revision in its stream (NO_REVISION for a tombstone)
 *     20  u48  created, milliseconds since 1970
 *     26  u8   flags
 *     27  u8   reserved, 0
 *     28  u32  offset and length, each, of: stream name, event type, metadata, data
 *     60  u128 event id, big-endian
 *     76  u32  offset of the fields prepare_position and commit_position, the last of the body
 *     80       body
 *    end  u32  size again, so that the log can be read backwards
 */
const HEAD = 80;
const TAIL = 4;

/** The smallest record that can be; what claims to be smaller is not a record. */
export const MIN_RECORD = HEAD + TAIL;

/** The revision that a tombstone has in the log; on the wire it is 2^63-1. */
export const NO_REVISION = 2 ** 48 - 1;
const WIRE_TOMBSTONE = 2n ** 63n - 1n;

const FLAG_JSON = 1;
export const FLAG_TOMBSTONE = 2;
/** More records of the same append follow: it is complete, and counts, only with one that has no such flag. */
export const FLAG_MORE = 4;

/** An event that is about to be appended. */
export type ProposedEvent = {
  readonly id: Buffer;
  readonly type: string;
  readonly json: boolean;
  readonly metadata: Buffer;
  readonly data: Buffer;
};

/** Where and when an event is appended. */
type Placement = {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  /** Milliseconds since 1970, with a fraction. */
  readonly created: number;
  readonly flags: number;
};

/** A map entry of RecordedEvent.metadata: `6 { 1: key, 2: value }`. */
function mapEntry(key: string, value: string): Buffer {
  const valueBytes = Buffer.from(value);
  const inner = 2 + key.length + bytesFieldSize(valueBytes.length);
  const target = Buffer.allocUnsafe(bytesFieldSize(inner));
  let at = writeBytesHead(target, 0, 6, inner);
  at = writeBytesHead(target, at, 1, key.length);
  at += target.write(key, at, 'latin1');
  at = writeBytesHead(target, at, 2, valueBytes.length);
  valueBytes.copy(target, at);
  return target;
}

const JSON_ENTRY = mapEntry('content-type', 'application/json');
const BINARY_ENTRY = mapEntry('content-type', 'application/octet-stream');
const TYPE_KEY = Buffer.from('\x0a\x04type', 'latin1');
const CREATED_KEY = Buffer.from('\x0a\x07created', 'latin1');
/** 100-nanosecond ticks since 1970 take 17 digits from 1973 to 2286. */
const TICKS_LENGTH = 17;

function ticks(created: number): string {
  const whole = Math.floor(created);
  const rest = Math.floor((created - whole) * 10_000);
  return `${whole}${String(rest).padStart(4, '0')}`.padStart(TICKS_LENGTH, '0');
}

/** Encodes one record, complete with checksum. */
export function encodeRecord(event: ProposedEvent, place: Placement): Buffer {
  const name = Buffer.from(place.stream);
  const type = Buffer.from(event.type);
  const tombstone = (place.flags & FLAG_TOMBSTONE) !== 0;
  const contentType = event.json ? JSON_ENTRY : BINARY_ENTRY;
  const typeEntry = TYPE_KEY.length + bytesFieldSize(type.length);
  const createdEntry = CREATED_KEY.length + bytesFieldSize(TICKS_LENGTH);
  const positionSize = 1 + varintSize(place.position);
  const revisionSize = tombstone ? 10 : place.revision === 0 ? 0 : 1 + varintSize(place.revision);
  const size =
    HEAD +
    40 +
    bytesFieldSize(bytesFieldSize(name.length)) +
    revisionSize +
    bytesFieldSize(typeEntry) +
    bytesFieldSize(createdEntry) +
    contentType.length +
    (event.metadata.length === 0 ? 0 : bytesFieldSize(event.metadata.length)) +
    (event.data.length === 0 ? 0 : bytesFieldSize(event.data.length)) +
    2 * positionSize +
    TAIL;
  const target = Buffer.allocUnsafe(size);
  target.writeUInt32LE(size, 0);
  target.writeUIntLE(place.position, 8, 6);
  target.writeUIntLE(tombstone ? NO_REVISION : place.revision, 14, 6);
  target.writeUIntLE(Math.floor(place.created), 20, 6);
  target[26] = place.flags | (event.json ? FLAG_JSON : 0);
  target[27] = 0;
  event.id.copy(target, 60, 0, 16);

  let at = HEAD;
  at = writeBytesHead(target, at, 1, 38);
  at = writeBytesHead(target, at, 2, 36);
  at += target.write(uuidToText(event.id), at, 'latin1');
  at = writeBytesHead(target, at, 2, bytesFieldSize(name.length));
  at = writeBytesHead(target, at, 3, name.length);
  at = part(target, at, 28, name);
  if (tombstone) at = writeTombstoneRevision(target, at);
  else if (place.revision > 0) at = writeVarintField(target, at, 3, place.revision);
  at = writeBytesHead(target, at, 6, typeEntry);
  at += TYPE_KEY.copy(target, at);
  at = writeBytesHead(target, at, 2, type.length);
  at = part(target, at, 36, type);
  at = writeBytesHead(target, at, 6, createdEntry);
  at += CREATED_KEY.copy(target, at);
  at = writeBytesHead(target, at, 2, TICKS_LENGTH);
  at += target.write(ticks(place.created), at, 'latin1');
  at += contentType.copy(target, at);
  if (event.metadata.length > 0) at = writeBytesHead(target, at, 7, event.metadata.length);
  at = part(target, at, 44, event.metadata);
  if (event.data.length > 0) at = writeBytesHead(target, at, 8, event.data.length);
  at = part(target, at, 52, event.data);
  target.writeUInt32LE(at, 76);
  at = writeVarintField(target, at, 4, place.position);
  at = writeVarintField(target, at, 5, place.position);
  target.writeUInt32LE(size, at);
  target.writeUInt32LE(crc32(target.subarray(8, at)), 4);
  return target;
}

/** Notes in the head (at `head`) where a part lies, copies it there, and returns the offset after it. */
function part(target: Buffer, at: number, head: number, content: Buffer): number {
  target.writeUInt32LE(at, head);
  target.writeUInt32LE(content.length, head + 4);
  return at + content.copy(target, at);
}

function writeVarintField(target: Buffer, at: number, field: number, value: number): number {
  target[at] = field << 3;
  return writeVarint(target, at + 1, value);
}

function writeTombstoneRevision(target: Buffer, at: number): number {
  target[at] = 3 << 3;
  let rest = WIRE_TOMBSTONE;
  let offset = at + 1;
  for (; rest > 127n; rest >>= 7n) target[offset++] = Number(rest & 127n) | 128;
  target[offset++] = Number(rest);
  return offset;
}

/** A record as it lies in the log. It reads what is asked for and nothing else. */
export class LogRecord {
  readonly bytes: Buffer;
  readonly position: number;
  #stream: string | undefined;
  #type: string | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.position = bytes.readUIntLE(8, 6);
  }

  get size(): number {
    return this.bytes.length;
  }
  /** The revision in its stream; NO_REVISION for a tombstone. */
  get revision(): number {
    return this.bytes.readUIntLE(14, 6);
  }
  /** Milliseconds since 1970. */
  get created(): number {
    return this.bytes.readUIntLE(20, 6);
  }
  get json(): boolean {
    return ((this.bytes[26] ?? 0) & FLAG_JSON) !== 0;
  }
  get tombstone(): boolean {
    return ((this.bytes[26] ?? 0) & FLAG_TOMBSTONE) !== 0;
  }
  get moreFollow(): boolean {
    return ((this.bytes[26] ?? 0) & FLAG_MORE) !== 0;
  }
  get id(): Buffer {
    return this.bytes.subarray(60, 76);
  }
  get stream(): string {
    this.#stream ??= this.#part(28).toString('utf8');
    return this.#stream;
  }
  get type(): string {
    this.#type ??= this.#part(36).toString('utf8');
    return this.#type;
  }
  get metadata(): Buffer {
    return this.#part(44);
  }
  get data(): Buffer {
    return this.#part(52);
  }
  /** The event as it goes over the wire, without its positions. */
  get bodyWithoutPositions(): Buffer {
    return this.bytes.subarray(HEAD, this.bytes.readUInt32LE(76));
  }
  /** The event as it goes over the wire: an encoded `RecordedEvent`. */
  get body(): Buffer {
    return this.bytes.subarray(HEAD, this.bytes.length - TAIL);
  }

  #part(head: number): Buffer {
    const at = this.bytes.readUInt32LE(head);
    return this.bytes.subarray(at, at + this.bytes.readUInt32LE(head + 4));
  }

  /** A copy that does not hold the larger buffer that this record was read with. */
  detached(): LogRecord {
    return this.bytes.length === this.bytes.buffer.byteLength ? this : new LogRecord(Buffer.from(this.bytes));
  }

  /** Does the checksum match, and does the record belong at `position`? */
  static isIntact(bytes: Buffer, position: number): boolean {
    const end = bytes.length - TAIL;
    return (
      bytes.length >= MIN_RECORD &&
      bytes.readUInt32LE(0) === bytes.length &&
      bytes.readUInt32LE(end) === bytes.length &&
      bytes.readUIntLE(8, 6) === position &&
      bytes.readUInt32LE(4) === crc32(bytes.subarray(8, end))
    );
  }
}
