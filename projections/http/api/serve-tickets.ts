// Tickets: a list by cursor, and one at any moment.
import type { FastifyInstance } from 'fastify';
import { validate } from 'uuid';
import { TICKET_METRICS } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { namesOf } from '../employees.ts';
import { momentOf } from '../filters/moments.ts';
import { inOrder } from '../filters/ticket-filters.ts';
import { matchOf } from '../filters/ticket-match.ts';
import { RequestProblem } from '../request-problem.ts';
import { ticketMoments } from '../tickets/ticket-moments.ts';
import { rowOf } from '../tickets/ticket-row.ts';
import { listTickets, readTicket } from './contract/operations.ts';
import { readPage } from './read-page.ts';
import { serveOperation } from './serve-operation.ts';

export function serveTickets(
  api: FastifyInstance,
  { store, readModels, now }: Pick<AnalystsSite, 'store' | 'readModels' | 'now'>,
): void {
  serveOperation(api, listTickets, async ({ query }) => {
    const { cursor, limit, ...filters } = query;
    const list = { list: 'tickets', field: 'preparedAt', match: matchOf(inOrder(filters)) } as const;
    const { documents, next } = await readPage(await readModels.collection(TICKET_METRICS), list, query);
    const nameOf = await namesOf(
      readModels,
      documents.map(({ lastAssigneeId }) => lastAssigneeId),
    );
    return { items: documents.map((document) => rowOf(document, nameOf)), next };
  });

  serveOperation(api, readTicket, async ({ path: { ticketId }, query }) => {
    const at = momentOf('at', query.at);
    const found = validate(ticketId) ? await ticketMoments(store, ticketId, at ?? now()) : undefined;
    if (found === undefined) throw new RequestProblem('ticket-unknown', 'There is no such ticket.');
    // Without a moment the newest is asked for, also where a clock is ahead of this one.
    const document = at === undefined ? found.today : found.then;
    if (document === undefined) {
      const sentence = 'The ticket was not there yet at that moment. Ask for a later one.';
      throw new RequestProblem('ticket-not-there-yet', sentence, { parameter: 'at' });
    }
    return rowOf(document, await namesOf(readModels, [document.lastAssigneeId]));
  });
}
