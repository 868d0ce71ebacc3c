// GET /collections: what every collection holds, from the code that makes its documents; for people with a tool of their own.
import type { AnalystsSite } from '../analysts-site.ts';
import { describeCollections } from './describe-collections.ts';

export function showCollectionsPage({ app, readModels }: AnalystsSite): void {
  app.get('/collections', async (_request, reply) => {
    const { database, collections } = await describeCollections(readModels);
    return reply.view('collections', {
      title: 'Collections',
      database,
      models: collections.map(({ fields, indexes, ...model }) => ({
        ...model,
        fields: fields.map(({ example, ...field }) => ({ ...field, example: JSON.stringify(example) })),
        indexes: indexes.map(({ name, keys }) => ({ name, keys: JSON.stringify(keys) })),
      })),
    });
  });
}
