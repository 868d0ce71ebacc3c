import { CommandError } from '../errors.ts';
import { readDocument } from '../values/read.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { writeDocument } from '../values/write.ts';

/** Reads OP_QUERY, which clients still use for their first hello only. */
export function readOpQuery(bytes: Buffer): Doc {
  const nameEnd = bytes.indexOf(0, 4);
  const collection = bytes.toString('utf8', 4, nameEnd);
  if (!collection.endsWith('.$cmd')) {
    throw new CommandError(352, 'OP_QUERY is no longer supported; use a driver that speaks OP_MSG.');
  }
  const start = nameEnd + 9;
  const query = readDocument(bytes.subarray(start, start + bytes.readInt32LE(start)));
  const command = isDoc(query.$query) ? query.$query : query;
  return { ...command, $db: collection.slice(0, -'.$cmd'.length) };
}

/** The parts of an OP_REPLY that holds one document. */
export function opReplyParts(reply: Doc): Buffer[] {
  const head = Buffer.alloc(20);
  head.writeInt32LE(8, 0);
  head.writeInt32LE(1, 16);
  return [head, writeDocument(reply)];
}
