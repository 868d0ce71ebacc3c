// GET /api: the OpenAPI document as a page for people.
import type { FastifyInstance } from 'fastify';

export function showApi(app: FastifyInstance, document: object): void {
  app.get('/api', (_request, reply) => reply.view('api', { title: 'API', document }));
}
