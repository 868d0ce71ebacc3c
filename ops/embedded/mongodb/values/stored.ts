import { ObjectId } from 'bson';
import { CommandError } from '../errors.ts';
import { sizeOf } from './element-size.ts';
import { DocumentReader } from './read.ts';
import { type Doc, isDoc } from './value.ts';
import { writeDocument } from './write.ts';

/** Largest document, in bytes, as in MongoDB. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

const ID_NAME = Buffer.from('_id\0');

/**
 * Makes the bytes of a new document as they are stored: checked to be BSON, `_id` first and given where it is missing.
 *
 * @throws CommandError when the document is too large, is not BSON, or has an `_id` of a kind that cannot be one.
 */
export function toStored(bytes: Buffer): Buffer {
  checkSize(bytes.length);
  const body = new DocumentReader().read(bytes);
  checkId(body._id);
  const at = findId(bytes);
  if (at === undefined)
    return withIdFirst(bytes, Buffer.concat([Buffer.of(0x07), ID_NAME, new ObjectId().id]));
  if (at.start === 4) return bytes;
  const id = Buffer.from(bytes.subarray(at.start, at.end));
  const rest = Buffer.concat([bytes.subarray(0, at.start), bytes.subarray(at.end)]);
  return withIdFirst(rest, id);
}

/** The bytes of a document made in memory, `_id` first. */
export function storedFrom(doc: Doc): Buffer {
  checkId(doc._id);
  const bytes = writeDocument('_id' in doc ? { _id: doc._id, ...doc } : { _id: new ObjectId(), ...doc });
  checkSize(bytes.length);
  return bytes;
}

function withIdFirst(rest: Buffer, id: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32LE(rest.length + id.length);
  return Buffer.concat([size, id, rest.subarray(4)]);
}

function findId(bytes: Buffer): { start: number; end: number } | undefined {
  let position = 4;
  for (let type = bytes[position]; type; type = bytes[position]) {
    const name = position + 1;
    const value = bytes.indexOf(0, name) + 1;
    const end = value + sizeOf(bytes, type, value);
    if (value - name === ID_NAME.length && ID_NAME.equals(bytes.subarray(name, value))) {
      return { start: position, end };
    }
    position = end;
  }
  return undefined;
}

function checkSize(size: number): void {
  if (size > MAX_DOCUMENT_BYTES) {
    throw new CommandError(10334, `The document has ${size} bytes; the most is ${MAX_DOCUMENT_BYTES}.`);
  }
}

function checkId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandError(53, "The '_id' value cannot be of type array");
  if (isDoc(id) && Object.keys(id).some((field) => field.startsWith('$'))) {
    throw new CommandError(52, "The dollar ($) prefixed field in '_id' is not valid for storage.");
  }
  if (typeof id === 'object' && id !== null && '_bsontype' in id && id._bsontype === 'BSONRegExp') {
    throw new CommandError(53, "The '_id' value cannot be of type regex");
  }
}
