// GET /tickets: the tickets behind a number. Without personal data: what people wrote is not shown here.

import {
  KIND_LABELS,
  PRIORITY_LABELS,
  STATUS_LABELS,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import { TICKET_METRICS } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { linkWith, pageNumber, pagingOf } from '../../../shared-contracts/runtime/web/query.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { durationText } from '../duration-text.ts';
import { namesOf } from '../employees.ts';
import { filterForm } from '../filters/filter-form.ts';
import { readTicketFilters } from '../filters/ticket-filters.ts';
import { matchOf } from '../filters/ticket-match.ts';

const PAGE_SIZE = 50;

export function listTicketsPage({ app, readModels, freshness }: AnalystsSite): void {
  app.get<{ Querystring: Record<string, unknown> }>('/tickets', async (request, reply) => {
    const filters = readTicketFilters(request.query, ['page']);
    const page = pageNumber(request.query.page);
    const tickets = await readModels.collection(TICKET_METRICS);
    const match = matchOf(filters);
    const [total, documents, fresh, form] = await Promise.all([
      tickets.countDocuments(match),
      tickets
        .find(match)
        .sort({ preparedAt: -1, _id: 1 })
        .skip((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .toArray(),
      freshness.shown(TICKET_METRICS),
      filterForm(readModels, filters),
    ]);
    const nameOf = await namesOf(
      readModels,
      documents.map(({ lastAssigneeId }) => lastAssigneeId),
    );
    return reply.view('tickets', {
      title: 'Tickets',
      freshness: fresh,
      form,
      total,
      filtered: linkWith(filters, {}),
      tickets: documents.map((document) => ({
        ...document,
        name: document._id.slice(0, 8),
        kind: KIND_LABELS[document.kind],
        priority: PRIORITY_LABELS[document.priority],
        status: STATUS_LABELS[document.status],
        agent: document.lastAssigneeId === null ? undefined : nameOf(document.lastAssigneeId),
        firstReply: document.firstReplyMs === null ? undefined : durationText(document.firstReplyMs),
        firstResolution:
          document.firstResolutionMs === null ? undefined : durationText(document.firstResolutionMs),
      })),
      paging: pagingOf(page, PAGE_SIZE, total),
    });
  });
}
