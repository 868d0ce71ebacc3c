// GET /tickets/{id}?at=…: a ticket as it was at a moment, beside how it is now; both from its stream, without personal data.
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { durationText } from '../duration-text.ts';
import { namesOf } from '../employees.ts';
import { markedText } from '../marked-text.ts';
import { ticketMoments } from './ticket-moments.ts';

const MOMENT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?)Z?$/;

export function showTicketPage({ app, store, readModels, now }: AnalystsSite): void {
  app.get<{ Params: { ticketId: string }; Querystring: { at?: unknown } }>(
    '/tickets/:ticketId',
    async (request, reply) => {
      const { ticketId } = request.params;
      const at = momentOf(request.query.at) ?? now();
      const found = /^[0-9a-f-]{36}$/.test(ticketId) ? await ticketMoments(store, ticketId, at) : undefined;
      if (found === undefined)
        throw new PageError(404, 'There is no such ticket.', { code: 'no-such-ticket' });
      const { then, today, history } = found;
      const agents = [then, today].flatMap((document) =>
        document === undefined ? [] : [document.assigneeId, document.lastAssigneeId, document.resolvedById],
      );
      const nameOf = await namesOf(readModels, agents);
      return reply.view('ticket', {
        title: `Ticket ${ticketId.slice(0, 8)}`,
        ticketId,
        at,
        atField: at.toISOString().slice(0, 23),
        there: then !== undefined,
        rows: rowsOf(then, today, nameOf),
        history: history.toReversed(),
      });
    },
  );
}

function momentOf(text: unknown): Date | undefined {
  if (text === undefined || text === '') return undefined;
  const written = typeof text === 'string' ? MOMENT.exec(text)?.[1] : undefined;
  const at = new Date(written === undefined ? Number.NaN : `${written}Z`);
  if (!Number.isNaN(at.getTime())) return at;
  throw new PageError(400, '“at” must be a moment in UTC, written like 2026-11-23T10:15:00Z.', {
    code: 'bad-parameter',
  });
}

function rowsOf(
  then: TicketMetricsDocument | undefined,
  today: TicketMetricsDocument,
  nameOf: (id: string) => string,
) {
  const after = new Map<string, unknown>(Object.entries(today));
  const before = new Map<string, unknown>(Object.entries(then ?? {}));
  const text = (field: string, value: unknown): string => {
    if (value === null || value === undefined) return '–';
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'number' && field.endsWith('Ms')) return durationText(value);
    if (typeof value === 'string' && /(assignee|By)Id$/i.test(field)) return nameOf(value);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return Object.entries(TICKET_METRICS.fields)
    .filter(([field]) => field !== '_id')
    .map(([field, meaning]) => {
      const was = text(field, before.get(field));
      const is = text(field, after.get(field));
      return { field, meaning: markedText(meaning), was, is, changed: was !== is };
    });
}
