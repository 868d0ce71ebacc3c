import type { FastifyInstance } from 'fastify';

/** One thing that a service needs. The detail is shown to whoever asks: no passwords, no connection strings. */
export type ReadyCheck = { readonly name: string; readonly ok: boolean; readonly detail?: string };

const DEADLINE_MS = 5000;

/** `/health/live`: the process answers. `/health/ready`: what it needs answers too, else 503 and what does not. */
export function answerHealth(app: FastifyInstance, ready: () => Promise<readonly ReadyCheck[]>): void {
  app.get('/health/live', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ live: true }),
  );
  app.get('/health/ready', async (request, reply) => {
    const checks = await withDeadline(ready(), DEADLINE_MS).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the readiness check failed');
      return [{ name: 'readiness', ok: false, detail: 'the check itself failed or took too long' }];
    });
    const notReady = checks.filter((check) => !check.ok).map((check) => check.name);
    return reply
      .code(notReady.length === 0 ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready: notReady.length === 0, notReady, checks });
  });
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
