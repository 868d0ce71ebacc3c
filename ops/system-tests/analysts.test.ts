// The analysts' pages: what is behind each number, tickets as of any moment, the feed, and what is refused.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'node-html-parser';
import t from 'tap';
import { CHART_NAMES } from '../../projections/http/charts/dashboard-charts.ts';
import { startFigures } from '../../projections/http/figures/start-figures.ts';
import { registerPages } from '../../projections/http/register-pages.ts';
import { READ_MODELS } from '../../shared-contracts/documents/all-read-models.ts';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { FAILED_MESSAGES } from '../../shared-contracts/documents/failed-message-document.ts';
import { collectionName } from '../../shared-contracts/documents/read-model.ts';
import { TICKET_METRICS } from '../../shared-contracts/documents/ticket-metrics-document.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { createReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { startMongodbNode } from '../embedded/mongodb/node.ts';
import { createAnalystsServer } from './testing/analysts-server.ts';
import { AGENTS, generateTickets } from './testing/generated-tickets.ts';
import { openTestStore } from './testing/test-store.ts';

const FIRST = new Date('2026-10-01T00:00:00Z');
const NOW = new Date('2026-11-23T12:00:00Z');
const TICKETS = generateTickets(400, FIRST, 40);
const PERIOD = { from: '2026-10-10', to: '2026-10-31' };
const FORMULA = '=HYPERLINK("http://example.org")';

t.test('the analysts’ site', async (t) => {
  const node = await startMongodbNode({ dataDir: await mkdtemp(join(t.testdir(), 'mongo-')), port: 0 });
  const readModels = createReadModels(`mongodb://127.0.0.1:${node.ports.mongodb}/test`, 'test');
  const { db } = readModels;
  const metrics = db.collection<(typeof TICKET_METRICS)['example']>(collectionName(TICKET_METRICS));
  for (const { keys, options } of TICKET_METRICS.indexes) await metrics.createIndex(keys, options);
  await metrics.insertMany(TICKETS.map(({ document }) => document));
  await db
    .collection<(typeof EMPLOYEES)['example']>(collectionName(EMPLOYEES))
    .insertMany(AGENTS.map((_id, index) => ({ ...EMPLOYEES.example, _id, name: `${FORMULA}${index}` })));
  const failed = (index: number, day: string, recovered: string | null) => ({
    ...FAILED_MESSAGES.example,
    _id: `customer.notifications:${index}`,
    firstFailedAt: new Date(`${day}T10:00:00Z`),
    state: recovered === null ? ('waiting' as const) : ('recovered' as const),
    stateSince: new Date(`${recovered ?? day}T11:00:00Z`),
  });
  await db
    .collection<(typeof FAILED_MESSAGES)['example']>(collectionName(FAILED_MESSAGES))
    .insertMany([
      failed(1, '2026-10-12', null),
      failed(2, '2026-10-12', '2026-10-12'),
      failed(3, '2026-10-12', '2026-10-14'),
      failed(4, '2026-11-20', null),
    ]);
  const store = await openTestStore(t);
  const app = await createAnalystsServer();
  const now = () => NOW;
  app.addHook('preValidation', async (request) => {
    const who = { employeeId: 'me', name: 'Ada', roles: ['analyst'] } as const;
    request.signedIn = { ...who, epoch: 1, mustChangePassword: false };
  });
  registerPages({
    app,
    readModels,
    now,
    figuresFor: startFigures({ app, store, readModels, now }),
    store: { read: storedEvents, client: store.client, codec: store.codec },
    freshness: { shown: async () => ({ catchingUp: false, behind: undefined }) },
  });
  t.teardown(async () => {
    await app.close();
    await readModels.close();
    await node.close();
  });
  await t.test('every number leads to as many tickets', async (t) => {
    const page = await app.inject({ url: '/', query: PERIOD });
    t.equal(page.statusCode, 200);
    const numbers = parse(page.body)
      .querySelectorAll('td.number a, dd a')
      .filter(({ text }) => /^\d+/.test(text) && !/\b(s|min|h|d)\b/.test(text))
      .map((link) => ({ href: link.getAttribute('href') ?? '', text: link.text }));
    t.ok(numbers.length > 150, `${numbers.length} numbers`);
    const wrong = [];
    for (const { href, text } of numbers.filter((_, index) => index % 2 === 0)) {
      const list = await app.inject(href.replaceAll('&amp;', '&'));
      const title = parse(list.body).querySelector('h1')?.text ?? '';
      if (Number.parseInt(title.replace(',', ''), 10) !== Number.parseInt(text.replace(',', ''), 10)) {
        wrong.push({ href, text, title });
      }
    }
    t.strictSame(wrong, []);
    const images = parse(page.body).querySelectorAll('picture source, picture img');
    t.equal(images.length, CHART_NAMES.length * 4, 'every chart in two themes and sizes');
    for (const image of images) {
      const chart = await app.inject(image.getAttribute('src') ?? image.getAttribute('srcset') ?? '');
      t.match(chart.headers['content-type'], 'image/svg+xml');
      t.match(chart.body, /^<svg [\s\S]*<path /);
      t.notMatch(chart.body, /<script|\bon\w+=/);
    }
  });

  await t.test('a ticket as it was at a moment, beside today', async (t) => {
    const ticket = TICKETS.find(({ document }) => document.resolutions === 2);
    const resolvedAt = ticket?.happened.find(({ event }) => event.type === 'TicketResolved')?.at ?? NOW;
    const shown = async (at: Date) => {
      const page = await app.inject({ url: `/tickets/${ticket?.id}`, query: { at: at.toISOString() } });
      const rows = parse(page.body)
        .querySelectorAll('tbody tr')
        .map((row) => row.querySelectorAll('th, td').map(({ text }) => text));
      return rows
        .filter(([field = '']) => ['status', 'resolutions', 'firstResolvedAt'].includes(field))
        .map((cells) => cells.slice(0, 3));
    };
    const first = resolvedAt.toISOString();
    const today = ticket?.document.status;
    t.strictSame(await shown(resolvedAt), [
      ['status', 'resolved', today],
      ['firstResolvedAt', first, first],
      ['resolutions', '1', '2'],
    ]);
    t.strictSame(await shown(new Date(resolvedAt.getTime() - 1)), [
      ['status', 'in-progress', today],
      ['firstResolvedAt', '–', first],
      ['resolutions', '0', '2'],
    ]);
    t.strictSame(await shown(new Date('2020-01-01T00:00:00Z')), [
      ['status', '–', today],
      ['firstResolvedAt', '–', first],
      ['resolutions', '–', '2'],
    ]);
    const statuses = [];
    for (const url of [`/tickets/${ticket?.id}?at=noon`, `/tickets/${AGENTS[0]}`, '/tickets/none']) {
      statuses.push((await app.inject(url)).statusCode);
    }
    t.strictSame(statuses, [400, 404, 404]);
  });

  await t.test('every field and index of every collection is documented', async (t) => {
    const page = parse((await app.inject('/collections')).body);
    const documented = page.querySelectorAll('h2').map(({ text }) => text);
    t.strictSame(
      documented,
      READ_MODELS.map(({ name }) => name),
    );
    t.strictSame(
      page.querySelectorAll('tbody th code').map(({ text }) => text),
      READ_MODELS.flatMap(({ fields }) => Object.keys(fields)),
    );
    t.strictSame(
      page.querySelectorAll('section li code:first-child').map(({ text }) => text),
      READ_MODELS.flatMap(({ indexes }) => indexes.map(({ options }) => options.name)),
    );
  });

  await t.test('what is no filter is refused', async (t) => {
    const refused: Record<string, number> = {};
    for (const url of [
      '/?from=2026-02-30',
      '/?from=2026-11-02&to=2026-11-01',
      '/?from=1990-01-01',
      '/?kind=complaint',
      '/?kind=problem&kind=question',
      '/?colour=red',
      '/tickets?agent=%24ne',
      '/tickets?tag[$ne]=x',
      '/tickets?replyFrom=-1',
      '/export/tickets.csv?status=gone',
      '/export/tickets.xls',
      '/charts/other.svg',
      '/failures?what=all',
      '/failures?from=yesterday',
      '/charts/by-tag.svg?theme=blue',
      '/charts/volume.svg?size=large',
      '/charts/funnel.svg?tag=Not+a+tag',
      '/export/tickets.ndjson?theme=dark',
    ]) {
      refused[url] = (await app.inject(url)).statusCode;
    }
    t.strictSame(
      Object.entries(refused).filter(([, status]) => status !== 400),
      [
        ['/export/tickets.xls', 404],
        ['/charts/other.svg', 404],
      ],
    );
    const page = await app.inject('/?from=2026-02-30');
    t.match(page.body, 'The filter “from” must be a day, written like 2026-11-23.');
  });
});

/** The stream of a generated ticket; of any other it is empty. */
async function* storedEvents(stream: string): AsyncGenerator<StoredEvent> {
  const ticket = TICKETS.find(({ id }) => stream === streamOf.ticket(id));
  for (const [revision, { event, at }] of (ticket?.happened ?? []).entries()) {
    const occurredAt = at.toISOString();
    yield {
      event,
      origin: { stream, revision, eventId: deterministicId(stream, String(revision)) },
      metadata: {
        $correlationId: ticket?.id ?? '',
        $causationId: ticket?.id ?? '',
        actor: 'system:test',
        schemaVersion: 1,
        occurredAt,
      },
    };
  }
}
