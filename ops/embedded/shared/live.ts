import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

const MAX_LISTENERS = 32;
const MIN_INTERVAL_MS = 250;

/** Tells the browsers that look at a site that what they show has changed. */
export type Live = {
  /** Whether a browser listens. */
  readonly watched: boolean;
  /** Cheap to call often: browsers hear at most four times a second. */
  changed(): void;
};

/**
 * Adds `GET /live`, a stream of server-sent events. The shared script `live.js` listens to it and fetches the
 * parts of the page marked `data-live` again; without JavaScript nothing is missing but the refresh.
 */
export function addLive(app: FastifyInstance): Live {
  const listeners = new Set<ServerResponse>();
  let pending: NodeJS.Timeout | undefined;

  app.get('/live', (_request, reply) => {
    if (listeners.size >= MAX_LISTENERS) {
      return reply.code(503).header('retry-after', '30').send('Too many pages listen for changes already.');
    }
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 2000\n\n');
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    return reply;
  });

  app.addHook('preClose', async () => {
    clearTimeout(pending);
    for (const response of listeners) response.end();
  });

  function tell(): void {
    pending = undefined;
    for (const response of listeners) {
      if (response.writableNeedDrain) response.destroy();
      else response.write('event: changed\ndata:\n\n');
    }
  }

  return {
    get watched() {
      return listeners.size > 0;
    },
    changed() {
      if (listeners.size > 0) pending ??= setTimeout(tell, MIN_INTERVAL_MS);
    },
  };
}
