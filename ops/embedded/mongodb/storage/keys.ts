/** Bytes of a record id: an ordinal within its collection. */
export const RECORD_ID_BYTES = 6;

/** Longest key that LMDB takes, in bytes. */
export const MAX_KEY_BYTES = 1978;

/** A range of keys: from `start` up to, and without, `end`. */
export type KeyRange = { readonly start: Buffer; readonly end: Buffer };

export function recordKey(collectionId: number, recordId: number): Buffer {
  const key = Buffer.allocUnsafe(4 + RECORD_ID_BYTES);
  key.writeUInt32BE(collectionId, 0);
  key.writeUIntBE(recordId, 4, RECORD_ID_BYTES);
  return key;
}

export function recordIdBytes(recordId: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_ID_BYTES);
  bytes.writeUIntBE(recordId, 0, RECORD_ID_BYTES);
  return bytes;
}

export const readRecordId = (bytes: Buffer, offset = 0): number => bytes.readUIntBE(offset, RECORD_ID_BYTES);

export function prefix(id: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(id, 0);
  return key;
}

/** Every key that begins with this id. */
export const rangeOf = (id: number): KeyRange => ({ start: prefix(id), end: prefix(id + 1) });

/** The first key after all keys that begin with these bytes. */
export function after(bytes: Buffer): Buffer {
  let last = bytes.length - 1;
  while (last >= 0 && bytes[last] === 0xff) last--;
  const next = Buffer.from(bytes.subarray(0, last + 1));
  next[last] = (next[last] ?? 0) + 1;
  return next;
}
