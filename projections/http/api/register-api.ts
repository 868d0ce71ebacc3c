// What the analysts' site has for programs: the API under /api/v1, its document and page, and the tokens that open it.
import fastifyRateLimit from '@fastify/rate-limit';
import type { Accounts } from '../../../shared-contracts/runtime/accounts/accounts.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { createFeeds } from '../feed/feeds.ts';
import { RequestProblem } from '../request-problem.ts';
import { createTokenCheck } from '../tokens/check-token.ts';
import { tokenPages } from '../tokens/token-pages.ts';
import { answerProblems } from './answer-problems.ts';
import { callerOf } from './caller.ts';
import { API_LIMITS, type ApiLimits, MINUTE_MS } from './contract/limits.ts';
import { API_PATH, openApiDocument } from './contract/openapi-document.ts';
import { readDocument } from './contract/operations.ts';
import { serveEvents } from './serve-events.ts';
import { serveLists } from './serve-lists.ts';
import { serveAny } from './serve-operation.ts';
import { serveTickets } from './serve-tickets.ts';
import { showApiPage } from './show-api.ts';

export type ApiSite = Pick<AnalystsSite, 'app' | 'readModels' | 'figuresFor' | 'now'> & {
  readonly store: EventStore;
  readonly accounts: Pick<Accounts, 'readLately' | 'bySession'>;
  /** Address of the site, for the document. */
  readonly url: string;
};

/** How many tokens, employees and addresses are counted at the same time. */
const MOST_COUNTED = 10_000;

export function registerApi(site: ApiSite, limits: ApiLimits = API_LIMITS): void {
  const { app, store, accounts, url } = site;
  const checkToken = createTokenCheck(site);
  const feeds = createFeeds(app, store, limits.feedsPerCaller);
  const document = openApiDocument(url);
  tokenPages(site);
  showApiPage(app, document);

  app.register(
    async (api) => {
      answerProblems(api);
      await api.register(fastifyRateLimit, {
        global: true,
        hook: 'preHandler',
        cache: MOST_COUNTED,
        max: limits.requestsPerMinute,
        timeWindow: MINUTE_MS,
        keyGenerator: ({ caller }) => caller?.key ?? '',
        errorResponseBuilder: (_request, { after }) =>
          new RequestProblem('too-many-requests', `That was very often. Try again in ${after}.`),
      });
      const countRefused = api.createRateLimit({
        max: limits.refusedPerMinute,
        timeWindow: MINUTE_MS,
        keyGenerator: ({ ip }) => `refused:${ip}`,
      });
      api.addHook('preValidation', async (request, reply) => {
        if (request.is404) return;
        try {
          request.caller = await callerOf(request, reply, { checkToken, accounts });
        } catch (error) {
          if (!(error instanceof RequestProblem && error.statusCode === 401)) throw error;
          // Only those are counted: whoever comes from the same address with a good token is not held up.
          const refused = await countRefused(request);
          if (refused.isAllowed || !refused.isExceeded) throw error;
          const sentence = 'Too many tokens from this address were refused. Wait a minute, then try again.';
          const retryAfter = refused.ttlInSeconds;
          throw new RequestProblem('too-many-requests', sentence, { retryAfter });
        }
      });
      await api.register(
        async (v1) => {
          serveTickets(v1, site);
          serveLists(v1, site);
          serveEvents(v1, feeds);
          serveAny(v1, readDocument, async ({ reply }) =>
            reply.type(readDocument.answer.type).send(JSON.stringify(document)),
          );
        },
        { prefix: API_PATH.slice('/api'.length) },
      );
    },
    { prefix: '/api' },
  );
}
