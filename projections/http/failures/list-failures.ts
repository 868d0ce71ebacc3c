// GET /failures: the failed messages behind a number of the dashboard.
import { FAILED_MESSAGES } from '../../../shared-contracts/documents/failed-message-document.ts';
import { pageNumber, pagingOf } from '../../../shared-contracts/runtime/web/query.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { FailureFilterQuery, failuresMatch } from '../filters/failure-filters.ts';
import { readParameters } from '../filters/read-parameters.ts';

const PAGE_SIZE = 50;

export function listFailuresPage({ app, readModels, freshness }: AnalystsSite): void {
  app.get<{ Querystring: Record<string, unknown> }>('/failures', async (request, reply) => {
    const { page: pageText, ...filters } = request.query;
    const filter = failuresMatch(readParameters(FailureFilterQuery, filters, 'filter'));
    const page = pageNumber(pageText);
    const messages = await readModels.collection(FAILED_MESSAGES);
    const [total, documents] = await Promise.all([
      messages.countDocuments(filter),
      messages
        .find(filter)
        .sort({ [request.query.what === 'recovered' ? 'stateSince' : 'firstFailedAt']: -1, _id: 1 })
        .skip((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .toArray(),
    ]);
    return reply.view('failures', {
      title: 'Failed messages',
      freshness: await freshness.shown(FAILED_MESSAGES),
      total,
      messages: documents,
      paging: pagingOf(page, PAGE_SIZE, total),
    });
  });
}
