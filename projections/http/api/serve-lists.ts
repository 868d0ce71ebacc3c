// Failed messages by cursor, the figures of the dashboard, and what the collections hold.
import type { FastifyInstance } from 'fastify';
import { FAILED_MESSAGES } from '../../../shared-contracts/documents/failed-message-document.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { describeCollections } from '../collections/describe-collections.ts';
import { failureAnswer } from '../failures/failure-answer.ts';
import type { Durations } from '../figures/durations.ts';
import type { Figures } from '../figures/figures.ts';
import { failuresMatch } from '../filters/failure-filters.ts';
import { inOrder } from '../filters/ticket-filters.ts';
import { listCollections, listFailures, readFigures } from './contract/operations.ts';
import { readPage } from './read-page.ts';
import { serveOperation } from './serve-operation.ts';

export function serveLists(
  api: FastifyInstance,
  { readModels, figuresFor }: Pick<AnalystsSite, 'readModels' | 'figuresFor'>,
): void {
  serveOperation(api, listFailures, async ({ query }) => {
    const { cursor, limit, ...filters } = query;
    const list = { list: 'failures', field: 'firstFailedAt', match: failuresMatch(filters) } as const;
    const { documents, next } = await readPage(await readModels.collection(FAILED_MESSAGES), list, query);
    return { items: documents.map(failureAnswer), next };
  });

  serveOperation(api, readFigures, async ({ query }) => {
    const { period, at, volume, cohort, failures } = await figuresFor(inOrder(query));
    return {
      ...{ from: period.from, to: period.to, stepDays: period.stepDays },
      countedAt: at.toISOString(),
      volume: [...volume],
      total: cohort.total,
      byKind: shares(cohort.byKind, (kind) => ({ kind })),
      byPriority: shares(cohort.byPriority, (priority) => ({ priority })),
      byStatus: shares(cohort.byStatus, (status) => ({ status })),
      byAgent: shares(cohort.byAgent, (agent) => ({ agent })),
      byTag: shares(cohort.byTag, (tag) => ({ tag })),
      firstReply: durationsAnswer(cohort.firstReply),
      firstResolution: durationsAnswer(cohort.firstResolution),
      failures: [...failures],
    };
  });

  serveOperation(api, listCollections, () => describeCollections(readModels));
}

function shares<Key, Named>(
  tallies: ReadonlyMap<Key, Figures['cohort']['total']>,
  name: (key: Key) => Named,
) {
  return [...tallies].map(([key, tally]) => ({ ...name(key), ...tally }));
}

/** What a bin is called is for people. */
function durationsAnswer({ count, p50, p90, p95, bins }: Durations) {
  return {
    ...{ count, p50, p90, p95 },
    bins: bins.map(({ fromMs, belowMs, count: inside }) => ({ fromMs, belowMs, count: inside })),
  };
}
