// GET /collections: what every collection holds, from the code that makes its documents; for people with a tool of their own.
import { READ_MODELS } from '../../../shared-contracts/documents/all-read-models.ts';
import type { PlainDocument, ReadModel } from '../../../shared-contracts/documents/read-model.ts';
import type { AnalystsSite } from '../analysts-site.ts';

export function showCollections({ app, readModels }: AnalystsSite): void {
  app.get('/collections', async (_request, reply) => {
    const collections = await Promise.all(READ_MODELS.map((model) => readModels.collection(model)));
    return reply.view('collections', {
      title: 'Collections',
      database: readModels.db.databaseName,
      models: READ_MODELS.map((model, index) => ({
        ...described(model),
        collection: collections[index]?.collectionName,
      })),
    });
  });
}

function described({ name, meaning, fields, personal, indexes, example }: ReadModel<PlainDocument>) {
  return {
    name,
    meaning,
    fields: Object.entries(fields).map(([field, text]) => ({
      field,
      text,
      personal: personal.includes(field),
      example: JSON.stringify(example[field]),
    })),
    indexes: indexes.map(({ keys, options }) => ({ name: options.name, keys: JSON.stringify(keys) })),
  };
}
