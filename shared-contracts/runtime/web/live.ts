import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Starts to listen for changes of what a page shows; the answer ends that. */
export type Listen = (changed: () => void) => () => void;

/** Answers a request with a stream of server-sent events that only says: what you show has changed. */
export type AnswerLive = (reply: FastifyReply, listen: Listen) => FastifyReply;

/** Open pages that one instance of a site tells of changes; more of them do without. */
const MAX_LISTENERS = 500;
/** A page hears of changes this often at most. */
const MIN_INTERVAL_MS = 250;
/** Keeps proxies from taking a quiet connection for a dead one. */
const HEARTBEAT_MS = 25_000;

/**
 * Lets pages of a site follow what happens. A route answers with `live(reply, listen)`; the page names that route in
 * `data-live-from` on one of its parts, and the shared script fetches the parts marked `data-live` again. Without
 * JavaScript nothing is missing but the refresh. (HTML standard, 9.2 Server-sent events.)
 */
export function createLive(app: FastifyInstance): AnswerLive {
  const ends = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of ends) end();
  });
  return (reply, listen) => {
    // An answer without content tells the browser not to ask again (9.2.3).
    if (ends.size >= MAX_LISTENERS) return reply.code(204).send();
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 3000\n\n');
    let pending: NodeJS.Timeout | undefined;
    const tell = () => {
      pending = undefined;
      send(response, 'event: changed\ndata:\n\n');
    };
    const unlisten = listen(() => {
      pending ??= setTimeout(tell, MIN_INTERVAL_MS);
    });
    const heartbeat = setInterval(() => send(response, ':\n\n'), HEARTBEAT_MS);
    const end = () => response.end();
    ends.add(end);
    response.on('close', () => {
      ends.delete(end);
      clearInterval(heartbeat);
      clearTimeout(pending);
      unlisten();
    });
    return reply;
  };
}

/** A browser that does not read what it is sent is let go: it comes back when it can. */
function send(response: ServerResponse, text: string): void {
  if (response.writableNeedDrain) response.destroy();
  else response.write(text);
}
