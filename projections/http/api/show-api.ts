// GET /api: the OpenAPI document as a page for people.
import type { FastifyInstance } from 'fastify';
import { apiView } from './api-view.ts';
import type { OpenApiDocument } from './contract/openapi-document.ts';

export function showApiPage(app: FastifyInstance, document: OpenApiDocument): void {
  const view = apiView(document);
  app.get('/api', (_request, reply) => reply.view('api', { title: 'API', ...view }));
}
