// The figures of 10,000 generated tickets and the rows of their exports, counted a second time from the histories alone; and
// that figures follow what happens.
import tap from 'tap';
import { keepColumns } from '../../projections/http/columns/keep-columns.ts';
import { matchOfAnyAgeIn } from '../../projections/http/columns/matching-rows.ts';
import { createFigures } from '../../projections/http/figures/figures.ts';
import { startFigures } from '../../projections/http/figures/start-figures.ts';
import { readTicketFilters } from '../../projections/http/filters/ticket-filters.ts';
import { matchOf } from '../../projections/http/filters/ticket-match.ts';
import { registerPages } from '../../projections/http/register-pages.ts';
import { employees } from '../../projections/views/employees.ts';
import { failedMessages } from '../../projections/views/failed-messages.ts';
import { ticketMetrics } from '../../projections/views/ticket-metrics.ts';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { FAILED_MESSAGES } from '../../shared-contracts/documents/failed-message-document.ts';
import { collectionName, type PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { TICKET_METRICS } from '../../shared-contracts/documents/ticket-metrics-document.ts';
import { portionsOf } from '../../shared-contracts/runtime/portions.ts';
import { createReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { createAnalystsServer } from './testing/analysts-server.ts';
import { appendFailures, appendTickets } from './testing/append-generated.ts';
import { comparableFigures } from './testing/comparable-figures.ts';
import { type Chosen, countedAgain, failuresCountedAgain } from './testing/counted-again.ts';
import { csvLine } from './testing/csv-line.ts';
import { eventually } from './testing/eventually.ts';
import { everyFilter } from './testing/every-filter.ts';
import { generateFailures } from './testing/generated-failures.ts';
import { AGENTS, generateTickets } from './testing/generated-tickets.ts';
import { readLedgerOf } from './testing/read-ledger-of.ts';
import { runReadModels } from './testing/read-model-runner.ts';
import { openTestStore } from './testing/test-store.ts';
import { toldBy } from './testing/told-by-history.ts';

/** Of these the streams are in the store; the documents of the others are folded by the view itself, which takes less long. */
const STREAMED = 400;
const ALL = generateTickets(10_000, new Date('2026-08-01T00:00:00Z'), 110);
const FAILURES = generateFailures(300, new Date('2026-10-01T00:00:00Z'), 40);
const NOW = new Date('2026-11-23T12:00:00Z');
const DAYS = { from: '2026-10-10', to: '2026-10-31' };
const VIEWS = [ticketMetrics, failedMessages, employees];
/** A spreadsheet would take it for a formula. */
const nameOf = (agent: string) => `=HYPERLINK("http://example.org/${agent.slice(0, 4)}")`;
const now = () => NOW;

tap.test('figures', async (t) => {
  const { url } = await startTestNode(t);
  const store = await openTestStore(t);
  const readModels = createReadModels(`${url}/test`, 'test');
  t.teardown(() => readModels.close());
  await runReadModels(t, store, readModels.db, VIEWS);
  const metrics = readModels.db.collection<PlainDocument>(collectionName(TICKET_METRICS));
  for (const some of portionsOf(ALL.slice(STREAMED), 1000)) {
    await metrics.insertMany(some.map(({ document }) => ({ ...document })));
  }
  await readModels.db
    .collection<(typeof EMPLOYEES)['example']>(collectionName(EMPLOYEES))
    .insertMany(AGENTS.map((_id) => ({ ...EMPLOYEES.example, _id, name: nameOf(_id) })));
  const keeper = keepColumns({ store, readModels, now });
  const told = ALL.map((ticket) => toldBy(ticket, nameOf));
  const reported = async () => (await keeper.current()).columns.count;

  await t.test('follow the events that come after they were read', async (t) => {
    // Until they are read for the first time the site asks to come again in a moment.
    t.equal(await eventually('the tickets are read', reported), ALL.length - STREAMED);
    await Promise.all([appendTickets(store, ALL.slice(0, STREAMED)), appendFailures(store, FAILURES)]);
    const revisions = new Map(ALL.map(({ id, happened }) => [id, happened.length - 1]));
    await eventually('all tickets at the revisions of their streams', async () => {
      const { columns } = await keeper.current();
      for (const [id, revision] of revisions) if (columns.revisionOf(id) !== revision) return undefined;
      return true;
    });
    t.equal(await reported(), ALL.length);
    t.strictSame(await readLedgerOf(store, { declaration: ticketMetrics.group }), [], 'nothing has failed');
  });

  const chosen: readonly (readonly [Record<string, string>, Chosen])[] = [
    [{}, () => true],
    [{ kind: 'problem' }, ({ row }) => row.kind === 'problem'],
    [
      { tag: 'printer', agent: AGENTS[0] ?? '' },
      ({ row }) => row.tags.includes('printer') && row.lastAssigneeId === AGENTS[0],
    ],
    [
      { priority: 'urgent', status: 'resolved' },
      ({ row }) => row.priority === 'urgent' && row.status === 'resolved',
    ],
    [
      { agent: 'nobody', open: 'yes', resolvedFrom: '' },
      ({ row }) => row.lastAssigneeId === null && row.open,
    ],
  ];

  await t.test('are those of the histories', async (t) => {
    const figuresFor = createFigures({ readModels, now }, keeper);
    const messages = await readModels.collection(FAILED_MESSAGES);
    await eventually('all failed messages', async () =>
      (await messages.countDocuments({ state: 'recovered' })) ===
      FAILURES.filter(({ recoveredAt }) => recoveredAt !== undefined).length
        ? true
        : undefined,
    );
    for (const [filters, isChosen] of chosen) {
      const figures = await figuresFor(readTicketFilters({ ...DAYS, ...filters }));
      t.strictSame(
        comparableFigures(figures),
        {
          ...countedAgain(told, isChosen, { ...DAYS, days: 1 }),
          failures: failuresCountedAgain(FAILURES, DAYS),
        },
        JSON.stringify(filters),
      );
    }
    // 100 days are shown in weeks; the last one has two days, and things have happened after it.
    const weeks = { from: '2026-08-03', to: '2026-11-10' };
    const { failures: _, ...figures } = comparableFigures(await figuresFor(readTicketFilters(weeks)));
    t.strictSame(
      figures,
      countedAgain(told, () => true, { ...weeks, days: 7 }),
      'in weeks',
    );
  });

  await t.test('are of the tickets that lists and exports have for the same filters', async (t) => {
    const { columns } = await keeper.current();
    const wrong = [];
    for (const query of everyFilter()) {
      const filters = readTicketFilters(query);
      const matches = matchOfAnyAgeIn(columns, filters);
      let rows = 0;
      for (let row = 0; row < columns.count; row += 1) if (matches(row)) rows += 1;
      const listed = await (await readModels.collection(TICKET_METRICS)).countDocuments(
        matchOf({ ...filters, from: undefined, to: undefined }),
      );
      if (rows !== listed) wrong.push({ query, rows, listed });
    }
    t.strictSame(wrong, []);
  });

  await t.test('exports hold every row, line by line', async (t) => {
    const app = await createAnalystsServer();
    t.teardown(() => app.close());
    app.addHook('preValidation', async (request) => {
      const roles = ['analyst' as const];
      request.signedIn = { employeeId: 'me', name: 'Ada', roles, epoch: 1, mustChangePassword: false };
    });
    const freshness = { shown: async () => ({ catchingUp: false, behind: undefined }) };
    const figuresFor = startFigures({ app, store, readModels, now });
    registerPages({ app, store, readModels, freshness, figuresFor, now });
    for (const [filters, isChosen] of [chosen[0], chosen[2]].filter((each) => each !== undefined)) {
      const rows = told
        .filter(isChosen)
        .sort((a, b) => b.preparedAt - a.preparedAt || (a.row.ticketId < b.row.ticketId ? -1 : 1))
        .map(({ row }) => row);
      const exported = async (file: string) =>
        (await app.inject({ url: `/export/${file}`, query: filters })).body;
      const ndjson = rows.map((row) => `${JSON.stringify(row)}\n`);
      sameLines(t, await exported('tickets.ndjson'), ndjson.join(''), '\n');
      sameLines(
        t,
        await exported('tickets.json'),
        `[\n${ndjson.join('').trimEnd().replaceAll('\n', ',\n')}\n]\n`,
        '\n',
      );
      const csv = [Object.keys(rows[0] ?? {}).join(','), ...rows.map(csvLine), ''];
      sameLines(t, await exported('tickets.csv'), csv.join('\r\n'), '\r\n');
    }
  });
});

/** Compares line by line, and shows the first that is another. */
function sameLines(t: Pick<typeof tap, 'strictSame'>, found: string, wanted: string, end: string): void {
  const [left, right] = [found.split(end), wanted.split(end)];
  const at = left.findIndex((line, index) => line !== right[index]);
  t.strictSame([left.length, at < 0 ? '' : left[at]], [right.length, at < 0 ? '' : right[at]]);
}
