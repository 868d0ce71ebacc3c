/** What the key of a stored message tells, so that a recovery reads keys only. */
export type MessageKey = {
  readonly queueId: number;
  readonly seq: number;
  readonly kept: boolean;
  readonly size: number;
};

const LENGTH = 15;

/** Queue, place, whether it survives a restart, size: keys of one queue sort by place. */
export function encodeKey(key: MessageKey): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH);
  bytes.writeUInt32BE(key.queueId, 0);
  bytes.writeUIntBE(key.seq, 4, 6);
  bytes.writeUInt8(key.kept ? 1 : 0, 10);
  bytes.writeUInt32BE(key.size, 11);
  return bytes;
}

export function decodeKey(bytes: Buffer): MessageKey {
  return {
    queueId: bytes.readUInt32BE(0),
    seq: bytes.readUIntBE(4, 6),
    kept: bytes.readUInt8(10) === 1,
    size: bytes.readUInt32BE(11),
  };
}

/** Sorts before every key of that place, and after those of the places before. */
export function lowestKey(queueId: number, seq: number): Buffer {
  return encodeKey({ queueId, seq, kept: false, size: 0 });
}
