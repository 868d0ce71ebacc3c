// GET /collections: what every collection holds, from the code that makes its documents; for people with a tool of their own.
import type { AnalystsSite } from '../analysts-site.ts';
import { markedText } from '../marked-text.ts';
import { describeCollections } from './describe-collections.ts';

export function showCollectionsPage({ app, readModels }: AnalystsSite): void {
  app.get('/collections', async (_request, reply) => {
    const { database, collections } = await describeCollections(readModels);
    return reply.view('collections', {
      title: 'Collections',
      database,
      models: collections.map(({ meaning, fields, indexes, ...model }) => ({
        ...model,
        meaning: markedText(meaning),
        fields: fields.map((field) => ({
          ...field,
          meaning: markedText(field.meaning),
          example: JSON.stringify(field.example),
        })),
        indexes: indexes.map(({ name, keys }) => ({ name, keys: JSON.stringify(keys) })),
      })),
    });
  });
}
