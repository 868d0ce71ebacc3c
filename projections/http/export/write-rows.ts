// Rows as text, one chunk after the other: whoever reads slowly is read for slowly.
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { ROW_FIELDS, type TicketRow } from '../tickets/ticket-row.ts';

export const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8; header=present', write: csv },
  json: { type: 'application/json; charset=utf-8', write: (rows: Rows) => Readable.from(json(rows)) },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', write: (rows: Rows) => Readable.from(lines(rows)) },
} as const;

type Rows = AsyncIterable<TicketRow>;

/** Lists are JSON in their cell. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csv(rows: Rows): Readable {
  const cells = stringify({
    columns: [...ROW_FIELDS],
    header: true,
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: String, object: (value) => JSON.stringify(value) },
  });
  const source = Readable.from(rows);
  source.once('error', (error) => cells.destroy(error));
  cells.once('close', () => source.destroy());
  return source.pipe(cells);
}

async function* lines(rows: Rows): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* json(rows: Rows): AsyncGenerator<string> {
  let before = '[\n';
  for await (const row of rows) {
    yield before + JSON.stringify(row);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
