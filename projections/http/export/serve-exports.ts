// GET /export/tickets.{csv,json,ndjson}: every ticket that the filters let through, streamed from the cursor.
import type { Readable } from 'node:stream';
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { employeeNames } from '../employees.ts';
import { readTicketFilters } from '../filters/ticket-filters.ts';
import { matchOf } from '../filters/ticket-match.ts';
import { rowOf, type TicketRow } from '../tickets/ticket-row.ts';
import { FORMATS } from './write-rows.ts';

const BATCH = 500;

export function serveExports({ app, readModels }: AnalystsSite): void {
  app.get<{ Params: { file: string }; Querystring: Record<string, unknown> }>(
    '/export/:file',
    async (request, reply) => {
      const { type, write } = formatOf(request.params.file);
      const filters = readTicketFilters(request.query);
      const [tickets, nameOf] = await Promise.all([
        readModels.collection(TICKET_METRICS),
        employeeNames(readModels),
      ]);
      const cursor = tickets.find(matchOf(filters), { batchSize: BATCH }).sort({ preparedAt: -1, _id: 1 });
      const stream: Readable = write(rowsOf(cursor, nameOf));
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="${request.params.file}"`)
        .header('cache-control', 'no-store')
        .send(stream);
    },
  );
}

function formatOf(file: string) {
  switch (file) {
    case 'tickets.csv':
      return FORMATS.csv;
    case 'tickets.json':
      return FORMATS.json;
    case 'tickets.ndjson':
      return FORMATS.ndjson;
    default:
      throw new PageError(
        404,
        'There is no such export: choose tickets.csv, tickets.json or tickets.ndjson.',
        { code: 'no-such-export' },
      );
  }
}

/** Leaving the loop, also because the reader has gone, closes the cursor. */
async function* rowsOf(
  documents: AsyncIterable<TicketMetricsDocument>,
  nameOf: (agent: string) => string,
): AsyncGenerator<TicketRow> {
  for await (const document of documents) yield rowOf(document, nameOf);
}
