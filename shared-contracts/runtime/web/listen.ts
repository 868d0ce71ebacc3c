import type { FastifyInstance } from 'fastify';

/** Listens and tells the port that was really bound (port 0: any free one). */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  await app.listen({ host, port });
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
