import { BYTES, type FieldReader, VARINT } from './protobuf.ts';

const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Sixteen bytes, big-endian, as the text form reads. */
export function uuidFromText(text: string): Buffer | undefined {
  return TEXT.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined;
}

export function uuidToText(id: Buffer): string {
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * Reads `event_store.client.UUID`, in its text or its structured form (two signed 64-bit halves).
 * Undefined when it is malformed or absent.
 */
export function readUuid(reader: FieldReader): Buffer | undefined {
  let id: Buffer | undefined;
  while (reader.next()) {
    if (reader.field === 2 && reader.wireType === BYTES) id = uuidFromText(reader.text());
    else if (reader.field === 1 && reader.wireType === BYTES) id = readStructured(reader.message());
    else reader.skip();
  }
  return id;
}

function readStructured(reader: FieldReader): Buffer {
  const id = Buffer.alloc(16);
  while (reader.next()) {
    if (reader.wireType === VARINT && reader.field <= 2) {
      id.writeBigUInt64BE(reader.varint64(), (reader.field - 1) * 8);
    } else {
      reader.skip();
    }
  }
  return id;
}

/** `event_store.client.UUID` in the structured form. */
export function structuredUuid(id: Buffer): Buffer {
  const halves: number[] = [];
  for (const [index, offset] of [0, 8].entries()) {
    halves.push((index + 1) << 3);
    let rest = id.readBigUInt64BE(offset);
    while (rest > 127n) {
      halves.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    halves.push(Number(rest));
  }
  return Buffer.from([0x0a, halves.length, ...halves]);
}
