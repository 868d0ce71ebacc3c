import type { LogRecord } from '../log/record.ts';

/** What the index knows of one stream. Revisions and positions are integers below 2^48. */
export type StreamEntry = {
  /** Number of the stream in the index. */
  readonly id: number;
  /** The highest revision ever written; -1 where the stream has only metadata. */
  readonly last: number;
  /** Position of the tombstone; 0 where there is none. */
  readonly tombstone: number;
  /** `$tb`: revisions below it are gone. DELETED for a soft-deleted stream. */
  readonly truncateBefore: number;
  /** `$maxCount`; 0 where there is none. */
  readonly maxCount: number;
  /** `$maxAge` in seconds; 0 where there is none. */
  readonly maxAge: number;
};

/** The `$tb` of a soft-deleted stream (2^63-1 in its metadata). */
export const DELETED = 2 ** 48 - 1;

export const NO_STREAM: Omit<StreamEntry, 'id'> = {
  last: -1,
  tombstone: 0,
  truncateBefore: 0,
  maxCount: 0,
  maxAge: 0,
};

const SIZE = 36;

export function encodeEntry(entry: StreamEntry): Buffer {
  const target = Buffer.allocUnsafe(SIZE);
  target.writeUIntLE(entry.id, 0, 6);
  target.writeUIntLE(entry.last + 1, 6, 6);
  target.writeUIntLE(entry.tombstone, 12, 6);
  target.writeUIntLE(entry.truncateBefore, 18, 6);
  target.writeUIntLE(entry.maxCount, 24, 6);
  target.writeUIntLE(entry.maxAge, 30, 6);
  return target;
}

export function decodeEntry(bytes: Uint8Array): StreamEntry {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, SIZE);
  return {
    id: source.readUIntLE(0, 6),
    last: source.readUIntLE(6, 6) - 1,
    tombstone: source.readUIntLE(12, 6),
    truncateBefore: source.readUIntLE(18, 6),
    maxCount: source.readUIntLE(24, 6),
    maxAge: source.readUIntLE(30, 6),
  };
}

/** Has every event of the stream been deleted softly, so that it reads as missing? */
export function isSoftDeleted(entry: StreamEntry): boolean {
  return entry.truncateBefore === DELETED;
}

/** The entry of a stream after one more event of it. */
export function entryAfter(entry: StreamEntry, record: LogRecord): StreamEntry {
  return record.tombstone ? { ...entry, tombstone: record.position } : { ...entry, last: record.revision };
}
