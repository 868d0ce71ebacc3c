import { CommandError } from '../errors.ts';
import { readDocument } from '../values/read.ts';
import { type Doc, setField } from '../values/value.ts';
import { RawDocument, writeDocument } from '../values/write.ts';

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Bits that a server must understand or refuse; the higher ones may be ignored. */
const REQUIRED_BITS = 0xffff;

/** A command as it came: its document, in which lists of documents sent beside it have their place again. */
export type Request = { readonly body: Doc; readonly wantsReply: boolean };

/**
 * Reads OP_MSG. The documents of an insert stay bytes: they are stored as they came.
 *
 * @throws CommandError when the message is not one.
 */
export function readOpMsg(bytes: Buffer): Request {
  const flags = bytes.readUInt32LE(0);
  if ((flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) !== 0) {
    throw new CommandError(17, 'The message has flags that this node does not know.');
  }
  const end = bytes.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let body: Doc | undefined;
  const sequences: [string, RawDocument[]][] = [];
  for (let position = 4; position < end; ) {
    const kind = bytes[position];
    const size = bytes.readInt32LE(position + 1);
    const section = bytes.subarray(position + 1, position + 1 + size);
    if (size < 5 || section.length !== size)
      throw new CommandError(17, 'A section of the message is cut off.');
    if (kind === 0) body = readDocument(section, { rawArray: 'documents' });
    else if (kind === 1) sequences.push(readSequence(section));
    else
      throw new CommandError(17, `The message has a section of kind ${kind}, which this node does not know.`);
    position += 1 + size;
  }
  if (!body) throw new CommandError(17, 'The message has no command.');
  for (const [name, documents] of sequences) {
    setField(body, name, name === 'documents' ? documents : documents.map((raw) => readDocument(raw.bytes)));
  }
  return { body, wantsReply: (flags & MORE_TO_COME) === 0 };
}

function readSequence(section: Buffer): [string, RawDocument[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new CommandError(17, 'A section of the message has no name.');
  const documents: RawDocument[] = [];
  for (let position = nameEnd + 1; position < section.length; ) {
    const size = section.readInt32LE(position);
    if (size < 5 || position + size > section.length) {
      throw new CommandError(17, 'A document of the message is cut off.');
    }
    documents.push(new RawDocument(section.subarray(position, position + size)));
    position += size;
  }
  return [section.toString('utf8', 4, nameEnd), documents];
}

/** The parts of an OP_MSG that holds one document. */
export const opMsgParts = (reply: Doc): Buffer[] => [Buffer.alloc(5), writeDocument(reply)];
