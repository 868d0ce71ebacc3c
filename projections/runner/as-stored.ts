import { BSON } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';

/** A document as it is read again once the driver has written it, to be held against one that was read. */
export function asStored(document: PlainDocument): PlainDocument {
  const { _id, revision, ...rest } = document;
  return { ...BSON.deserialize(BSON.serialize(rest, { ignoreUndefined: false })), _id, revision };
}
