// GET /events: events as NDJSON, to be read on from any position, and followed live if asked.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { hasRole } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { feedLines } from './feed-lines.ts';
import { readFeedQuery } from './read-feed-query.ts';

const MOST_FEEDS = 20;
/** Whoever follows longer asks again from the last position, and so shows again that they may. */
const LONGEST_MS = 60 * 60_000;

export function eventFeed(app: FastifyInstance, store: Pick<EventStore, 'client' | 'codec'>): void {
  const feeds = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const feed of feeds) feed.abort();
  });
  app.get<{ Querystring: Record<string, unknown> }>('/events', async (request, reply) => {
    const query = readFeedQuery(request.query);
    if (query.personal && !hasRole(request.signedIn?.roles ?? [], ['agent'])) {
      throw new PageError(
        403,
        'Personal fields are for those who are also agents. Leave “personal” out to read them masked.',
      );
    }
    if (feeds.size >= MOST_FEEDS) {
      throw new PageError(429, 'Too many feeds are being read. Wait until one has ended, then try again.');
    }
    const feed = new AbortController();
    feeds.add(feed);
    const stop = AbortSignal.any([feed.signal, AbortSignal.timeout(LONGEST_MS)]);
    const lines = Readable.from(feedLines(store, query, stop), { highWaterMark: 16 });
    lines.once('close', () => feeds.delete(feed));
    reply.raw.once('close', () => feed.abort());
    return (
      reply
        .type('application/x-ndjson; charset=utf-8')
        .header('cache-control', 'no-store')
        // A server that closes does not wait for this connection to be used again.
        .header('connection', 'close')
        .send(lines)
    );
  });
}
