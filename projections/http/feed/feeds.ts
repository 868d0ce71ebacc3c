// Open feeds: so many at the same time and no more, each as long as its reader may read it.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { lastPosition } from '../../../shared-contracts/runtime/event-store/last-position.ts';
import { RequestProblem } from '../request-problem.ts';
import { checkPosition } from './check-position.ts';
import { feedLines } from './feed-lines.ts';
import type { FeedQuery } from './feed-query.ts';

/** Who reads a feed. */
export type FeedReader = {
  /** What feeds are counted by. */
  readonly key: string;
  /** Whether they still may: a token can be revoked while its feed is read. */
  readonly stillMay: () => Promise<boolean>;
};

export type Feeds = {
  /** @throws RequestProblem 400 for a position of another store, 429 where too many feeds are open. */
  answer(reply: FastifyReply, query: FeedQuery, reader: FeedReader): Promise<FastifyReply>;
};

const MOST_FEEDS = 20;
/** Whoever follows longer asks again from the last position. */
const LONGEST_MS = 60 * 60_000;
const ASKED_AGAIN_MS = 2000;
const PATIENCE_MS = 1000;

/** @param feedsPerReader feeds that one reader has open at the same time. */
export function createFeeds(
  app: FastifyInstance,
  store: Pick<EventStore, 'client' | 'codec'>,
  feedsPerReader: number,
): Feeds {
  const open = new Map<AbortController, string>();
  app.addHook('preClose', async () => {
    for (const feed of open.keys()) feed.abort();
  });

  return {
    answer: async (reply, query, { key, stillMay }) => {
      const own = [...open.values()].filter((other) => other === key).length;
      if (own >= feedsPerReader || open.size >= MOST_FEEDS) {
        const sentence = 'Too many feeds are being read. Wait until one has ended, then try again.';
        throw new RequestProblem('too-many-feeds', sentence, { retryAfter: 10 });
      }
      const feed = new AbortController();
      open.set(feed, key);
      try {
        const head = await lastPosition(store.client);
        if (query.after !== undefined) await checkPosition(store.client, query.after, head);
        const stop = AbortSignal.any([feed.signal, AbortSignal.timeout(LONGEST_MS)]);
        const lines = Readable.from(texts(feedLines(store, query, head, stop)), { highWaterMark: 16 });
        const asking = setInterval(() => {
          stillMay().then(
            (may) => may || feed.abort(),
            () => undefined,
          );
        }, ASKED_AGAIN_MS);
        // Who does not read does not come to the end.
        feed.signal.addEventListener('abort', () => {
          setTimeout(() => lines.destroy(), PATIENCE_MS).unref();
        });
        lines.once('close', () => {
          clearInterval(asking);
          open.delete(feed);
        });
        reply.raw.once('close', () => feed.abort());
        return (
          reply
            .type('application/x-ndjson; charset=utf-8')
            .header('cache-control', 'no-store')
            // A server that closes does not wait for this connection to be used again.
            .header('connection', 'close')
            .send(lines)
        );
      } catch (error) {
        open.delete(feed);
        throw error;
      }
    },
  };
}

async function* texts(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
