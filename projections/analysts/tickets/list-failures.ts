// GET /failures: the failed messages behind a number of the dashboard.
import type { Filter } from 'mongodb';
import {
  FAILED_MESSAGES,
  type FailedMessageDocument,
} from '../../../shared-contracts/documents/failed-message-document.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { pageNumber, pagingOf } from '../../../shared-contracts/runtime/web/query.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { dayStart, within } from '../filters/days.ts';

const PAGE_SIZE = 50;
const KNOWN = new Set(['group', 'what', 'from', 'to', 'page']);

export function listFailures({ app, readModels, freshness }: AnalystsSite): void {
  app.get<{ Querystring: Record<string, unknown> }>('/failures', async (request, reply) => {
    const filter = failuresFilter(request.query);
    const page = pageNumber(request.query.page);
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

function failuresFilter(query: Readonly<Record<string, unknown>>): Filter<FailedMessageDocument> {
  for (const [name, value] of Object.entries(query)) {
    if (!KNOWN.has(name)) throw new PageError(400, `There is no filter “${name}”.`);
    if (typeof value !== 'string') throw new PageError(400, `“${name}” can be given once only.`);
  }
  const day = (name: 'from' | 'to') => {
    const text = query[name];
    if (text === undefined || text === '') return undefined;
    if (typeof text === 'string' && dayStart(text) !== undefined) return text;
    throw new PageError(400, `The filter “${name}” must be a day, written like 2026-11-23.`);
  };
  const { what = 'failed', group } = query;
  if (what !== 'failed' && what !== 'recovered') {
    throw new PageError(400, 'The filter “what” must be one of failed, recovered.');
  }
  const from = day('from');
  const to = day('to');
  const span = from === undefined && to === undefined ? undefined : within(from, to);
  const inGroup = typeof group === 'string' && group !== '' ? { group } : {};
  if (what === 'failed') return { ...inGroup, ...(span === undefined ? {} : { firstFailedAt: span }) };
  return { ...inGroup, state: 'recovered', ...(span === undefined ? {} : { stateSince: span }) };
}
