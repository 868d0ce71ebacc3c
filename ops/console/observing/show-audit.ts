// GET /audit: who did what when, the newest first. GET /audit/export: all that fits the filter, as a file.
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { linkWith, pageNumber, pagingOf } from '../../../shared-contracts/runtime/web/query.ts';
import {
  AUDIT_KINDS,
  AUDIT_LABELS,
  type AuditEntry,
  type AuditFilter,
  fitsAudit,
} from '../../observe/audit-entry.ts';
import { readAudit } from '../../observe/audit-log.ts';
import { csvLine } from '../../observe/csv.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';

const PAGE_SIZE = 50;
const A_DAY_MS = 24 * 60 * 60 * 1000;
const FORMATS = ['csv', 'ndjson'] as const;
const COLUMNS = ['at', 'who', 'name', 'kind', 'type', 'what', 'about', 'stream', 'revision'] as const;

type Query = {
  who?: string;
  kind?: string;
  from?: string;
  to?: string;
  page?: string;
  format?: string;
};
type Route = { Querystring: Query };

export function showAuditPages({ app, observatory, nameOf }: ConsoleSite): void {
  app.get<Route>('/audit', async (request, reply) => {
    const { query } = request;
    const filter = filterOf(query);
    const page = pageNumber(query.page);
    const name = namesBy(nameOf);
    const rows: AuditEntry[] = [];
    let total = 0;
    for (const entry of observatory.audit.newest()) {
      if (!fitsAudit(entry, filter.who === undefined ? '' : await name(entry.who), filter)) continue;
      total += 1;
      if (total > (page - 1) * PAGE_SIZE && rows.length < PAGE_SIZE) rows.push(entry);
    }
    const { who = '', kind = '', from = '', to = '' } = query;
    return reply.view('audit', {
      title: 'Audit',
      filter: { values: { who, kind, from, to }, errors: {} },
      kinds: AUDIT_KINDS.map((value) => ({ value, label: AUDIT_LABELS[value] })),
      entries: await Promise.all(
        rows.map(async (entry) => ({
          ...entry,
          name: await name(entry.who),
          about: await aboutOf(entry, name),
          path: pathOf.event(entry.stream, entry.revision),
        })),
      ),
      paging: pagingOf(page, PAGE_SIZE, total),
      caughtUp: observatory.audit.caughtUp,
      cut: observatory.audit.cut,
      exports: FORMATS.map((format) => ({
        label: format === 'csv' ? 'CSV' : 'NDJSON',
        href: `/audit/export${linkWith({ who, kind, from, to }, { format })}`,
      })),
    });
  });

  app.get<Route>('/audit/export', async (request, reply) => {
    const format = FORMATS.find((known) => known === request.query.format);
    if (format === undefined)
      throw new PageError(404, 'Exports are CSV or NDJSON.', { code: 'no-such-export' });
    const lines = exported(request, format);
    // The first line is asked for before anything is answered, so that a store that is down is an error page.
    const first = await lines.next();
    const whole = async function* () {
      if (first.done !== true) yield first.value;
      yield* lines;
    };
    return reply
      .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .send(Readable.from(whole()));
  });

  async function* exported(request: FastifyRequest<Route>, format: (typeof FORMATS)[number]) {
    const stop = new AbortController();
    request.raw.once('close', () => stop.abort());
    const filter = filterOf(request.query);
    const name = namesBy(nameOf);
    const entries = readAudit(observatory.store, stop.signal);
    let next = await entries.next();
    if (format === 'csv') yield csvLine(COLUMNS);
    for (; next.done !== true; next = await entries.next()) {
      const entry = next.value;
      const called = await name(entry.who);
      if (!fitsAudit(entry, called, filter)) continue;
      const { at, who, kind, type, what, stream, revision } = entry;
      const about = (await aboutOf(entry, name)) ?? '';
      const told = { at, who, name: called, kind, type, what, about, stream, revision };
      yield format === 'csv'
        ? csvLine(COLUMNS.map((column) => String(told[column])))
        : `${JSON.stringify(told)}\n`;
    }
  }
}

function filterOf({ who, kind, from, to }: Query): AuditFilter {
  const known = AUDIT_KINDS.find((each) => each === kind);
  const first = dayOf(from);
  const last = dayOf(to);
  return {
    ...(who === undefined || who.trim() === '' ? {} : { who: who.trim() }),
    ...(known === undefined ? {} : { kind: known }),
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: new Date(last.getTime() + A_DAY_MS) }),
  };
}

/** The beginning of a day, in UTC. */
function dayOf(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}

/** Asks once for each person in one answer. */
function namesBy(nameOf: ConsoleSite['nameOf']): (actor: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (actor) => {
    const name = known.get(actor) ?? nameOf(actor);
    known.set(actor, name);
    return name;
  };
}

/** The employee it was done to, where that is somebody else. */
async function aboutOf(
  { who, employeeId }: AuditEntry,
  name: (actor: string) => Promise<string>,
): Promise<string | undefined> {
  if (employeeId === undefined || who === `employee:${employeeId}`) return undefined;
  return name(`employee:${employeeId}`);
}
