import type { Attributes, Span, SpanEvent, Value } from '../span.ts';
import { type Scale, toScale, WIDTH } from './scale.ts';
import { type Row, toRows } from './tree.ts';

const ROWS = 500;
const COLOURS = 8;
const MAX_INDENT = 24;
const MIN_BAR = 3;

/**
 * A trace as the page shows it: everything that the template writes, and nothing left to compute.
 *
 * @param spans at least one
 * @param firstRow where in the tree to begin: a page shows 500 rows
 */
export function toWaterfall(spans: readonly Span[], firstRow: number) {
  const rows = toRows(spans);
  const scale = toScale(
    spans.map(({ startUs, durationUs }) => ({ startUs, endUs: startUs + Math.max(durationUs, 1) })),
  );
  const services = [...new Set(rows.flatMap((row) => (row.kind === 'span' ? [row.span.service] : [])))];
  const colours = new Map(services.map((name, index) => [name, index % COLOURS]));
  const from = Number.isSafeInteger(firstRow) && firstRow > 0 && firstRow < rows.length ? firstRow : 0;
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  const startUs = scale.time(0);
  return {
    rows: rows.slice(from, from + ROWS).map((row) => toView(row, scale, colours, names, startUs)),
    firstShown: from + 1,
    lastShown: Math.min(from + ROWS, rows.length),
    total: rows.length,
    missing: rows.filter(({ kind }) => kind === 'missing').length,
    earlier: from > 0 ? { row: Math.max(from - ROWS, 0) } : null,
    later: from + ROWS < rows.length ? { row: from + ROWS } : null,
    ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => scale.time(share * WIDTH) - startUs),
    cuts: scale.cuts,
    services: services.map((name) => ({ name, colour: colours.get(name) ?? 0 })),
  };
}

function toView(
  row: Row,
  scale: Scale,
  colours: ReadonlyMap<string, number>,
  names: ReadonlyMap<string, string>,
  traceStartUs: number,
) {
  const indent = Math.min(row.depth, MAX_INDENT);
  if (row.kind === 'missing') return { missing: true, spanId: row.spanId, indent };
  const { span } = row;
  const x = scale.x(span.startUs);
  const width = Math.max(scale.x(span.startUs + span.durationUs) - x, MIN_BAR);
  const exception = span.events.findLast(({ name }) => name === 'exception');
  return {
    missing: false,
    ...span,
    indent,
    colour: colours.get(span.service) ?? 0,
    error: span.status === 'ERROR',
    problem: span.statusMessage || String(exception?.attributes['exception.message'] ?? ''),
    offsetUs: span.startUs - traceStartUs,
    bar: { x: Math.min(x, WIDTH - width), width },
    marks: span.events.map(({ timeUs }) => Math.min(scale.x(timeUs), WIDTH - 2)),
    attributes: toList(span.attributes),
    events: span.events.map((event) => toEventView(event, span.startUs)),
    retries: span.events.filter(({ name }) => name === 'retry').length,
    links: span.links.map((link) => ({
      ...link,
      name: link.traceId === span.traceId ? (names.get(link.spanId) ?? '') : '',
      attributes: toList(link.attributes),
    })),
  };
}

function toEventView({ name, timeUs, attributes }: SpanEvent, spanStartUs: number) {
  const { 'exception.stacktrace': stack, 'exception.message': message, ...others } = attributes;
  return {
    name,
    offsetUs: timeUs - spanStartUs,
    message: message === undefined ? '' : toText(message),
    stack: stack === undefined ? '' : toText(stack),
    attributes: toList(others),
  };
}

function toList(attributes: Attributes): { name: string; value: string }[] {
  return Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value: toText(value) }));
}

function toText(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
