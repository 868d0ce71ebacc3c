// Writes that say what they go on from, so that of two writers only one can be right.
import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { portionsOf } from '../../shared-contracts/runtime/portions.ts';
import { traceWrite } from '../../shared-contracts/runtime/read-models/trace-write.ts';
import type { SpanReference } from '../../shared-contracts/runtime/telemetry/spans.ts';
import { DUPLICATE_KEY, isDuplicateKey } from './mongo-errors.ts';

/** A document as it is to be, and the revision that it was found at; -1 where it was not there. */
export type Write = { readonly document: PlainDocument; readonly from: number };

const DOCUMENTS_OF_A_COMMAND = 500;

/**
 * Writes documents that were made from what was found. A document that another writer has changed since is left alone.
 *
 * @param ledTo the spans of the messages that the writes are made of.
 * @returns whether all were still as they were found; bulk counts do not say which was not.
 */
export async function writeOver(
  collection: Collection<PlainDocument>,
  writes: readonly Write[],
  ledTo?: readonly SpanReference[],
): Promise<boolean> {
  if (writes.length === 0) return true;
  const operations = writes.map(({ document, from }): AnyBulkWriteOperation<PlainDocument> => {
    if (from < 0) return { insertOne: { document } };
    const { _id, ...replacement } = document;
    return { replaceOne: { filter: { _id, revision: from }, replacement } };
  });
  const facts = { operation: operationOf(writes), size: writes.length, ledTo };
  return traceWrite(collection, facts, async () => {
    try {
      const { insertedCount, matchedCount } = await collection.bulkWrite(operations, { ordered: false });
      return insertedCount + matchedCount === writes.length;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  });
}

function operationOf(writes: readonly Write[]): 'insert' | 'update' | 'BATCH' {
  const inserts = writes.filter(({ from }) => from < 0).length;
  if (inserts === writes.length) return 'insert';
  return inserts === 0 ? 'update' : 'BATCH';
}

/**
 * Writes documents that hold everything of their streams up to their revisions: they take the place of whatever is behind
 * them, and leave alone what is further on.
 */
export async function writeWhole(
  collection: Collection<PlainDocument>,
  fresh: readonly PlainDocument[],
  known: readonly PlainDocument[],
): Promise<void> {
  const there: PlainDocument[] = [];
  for (const documents of portionsOf(fresh, DOCUMENTS_OF_A_COMMAND))
    there.push(...(await insertNew(collection, documents)));
  for (const documents of portionsOf([...known, ...there], DOCUMENTS_OF_A_COMMAND)) {
    const operations = documents.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id, revision: { $lt: replacement.revision } }, replacement },
    }));
    await traceWrite(collection, { operation: 'update', size: documents.length }, () =>
      collection.bulkWrite(operations, { ordered: false }),
    );
  }
}

/** @returns those that somebody else has written before. */
async function insertNew(
  collection: Collection<PlainDocument>,
  documents: readonly PlainDocument[],
): Promise<readonly PlainDocument[]> {
  return traceWrite(collection, { operation: 'insert', size: documents.length }, async () => {
    try {
      await collection.insertMany([...documents], { ordered: false });
      return [];
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError && isDuplicateKey(error))) throw error;
      const refused = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
      return refused.flatMap(({ code, index }) => {
        if (code !== DUPLICATE_KEY) throw error;
        return documents[index] ?? [];
      });
    }
  });
}
