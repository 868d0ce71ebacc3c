import { CommandError } from '../errors.ts';
import { toStored } from '../values/stored.ts';
import { RawDocument } from '../values/write.ts';
import { type Call, collectionName, flag, type Handler, onlyFields, requiredArray } from './command.ts';
import { runWrites, withErrors } from './writes.ts';

/** Most writes in one command, as in MongoDB. */
export const MAX_WRITE_BATCH = 100_000;

export const insert: Handler = async (call) => {
  onlyFields(call, 'documents', 'ordered', 'bypassDocumentValidation');
  const documents = requiredArray(call.body, 'documents');
  checkBatch(documents);
  const name = collectionName(call);
  let inserted = 0;
  const errors = await runWrites(call, documents.length, flag(call.body, 'ordered', true), (index) => {
    const bytes = toStored(bytesOf(documents[index]));
    target(call, name).insert(bytes);
    inserted += 1;
    return true;
  });
  return withErrors({ n: inserted }, errors);
};

const target = (call: Call, name: string) => call.node.catalog.findOrCreate(call.database, name);

function bytesOf(document: unknown): Buffer {
  if (document instanceof RawDocument) return document.bytes;
  throw new CommandError(14, 'documents must be an array of objects');
}

export function checkBatch(batch: readonly unknown[]): void {
  if (batch.length === 0 || batch.length > MAX_WRITE_BATCH) {
    throw new CommandError(
      16,
      `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${batch.length} operations.`,
    );
  }
}
