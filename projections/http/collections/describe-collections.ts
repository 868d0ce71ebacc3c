import { READ_MODELS } from '../../../shared-contracts/documents/all-read-models.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';

/** What every collection holds, from the code that makes its documents, and what it is called now. */
export async function describeCollections(readModels: ReadModels) {
  const found = await Promise.all(READ_MODELS.map((model) => readModels.collection(model)));
  return {
    database: readModels.db.databaseName,
    collections: READ_MODELS.map(({ name, meaning, fields, personal, indexes, example }, index) => ({
      name,
      collection: found[index]?.collectionName ?? name,
      meaning,
      fields: Object.entries(fields).map(([field, text]) => ({
        field,
        meaning: text,
        personal: personal.includes(field),
        example: example[field],
      })),
      indexes: indexes.map(({ keys, options }) => ({ name: options.name, keys })),
    })),
  };
}
