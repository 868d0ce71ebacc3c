// The event feed.
import type { FastifyInstance } from 'fastify';
import { feedQueryOf } from '../feed/feed-query.ts';
import type { Feeds } from '../feed/feeds.ts';
import { RequestProblem } from '../request-problem.ts';
import { readEvents } from './contract/operations.ts';
import { serveAny } from './serve-operation.ts';

export function serveEvents(api: FastifyInstance, feeds: Feeds): void {
  serveAny(api, readEvents, async ({ query, caller, reply }) => {
    const asked = feedQueryOf(query);
    if (asked.personal && !caller.personalData) {
      throw new RequestProblem(
        'personal-data-not-granted',
        'Personal fields are for agents, and for tokens to which one of them has granted that. Leave “personal” out to read them masked.',
        { parameter: 'personal' },
      );
    }
    return feeds.answer(reply, asked, caller);
  });
}
