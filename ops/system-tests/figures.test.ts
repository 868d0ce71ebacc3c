// The figures of 10,000 generated tickets and the rows of their exports, counted a second time from the histories alone; and
// that figures follow what happens.
import tap from 'tap';
import { keepColumns } from '../../projections/http/columns/keep-columns.ts';
import { matchOfAnyAgeIn } from '../../projections/http/columns/matching-rows.ts';
import { TicketColumns } from '../../projections/http/columns/ticket-columns.ts';
import { createFigures, type Figures } from '../../projections/http/figures/figures.ts';
import { startFigures } from '../../projections/http/figures/start-figures.ts';
import { ticketFigures } from '../../projections/http/figures/ticket-figures.ts';
import { periodOf } from '../../projections/http/filters/period.ts';
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
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { createReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { createAnalystsServer } from './testing/analysts-server.ts';
import { type Chosen, countedAgain } from './testing/counted-again.ts';
import { csvLine } from './testing/csv-line.ts';
import { eventually } from './testing/eventually.ts';
import { type GeneratedFailure, generateFailures } from './testing/generated-failures.ts';
import { AGENTS, documentOf, type GeneratedTicket, generateTickets } from './testing/generated-tickets.ts';
import { readLedgerOf } from './testing/read-ledger-of.ts';
import { entryOf, runReadModels } from './testing/read-model-runner.ts';
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
/** Whom what is personal in all events is about: one key is made faster than thousands. */
const ONE_FOR_ALL = deterministicId('subject', 'all');

tap.test('figures', async (t) => {
  const { url } = await startTestNode(t);
  const store = await openTestStore(t);
  const readModels = createReadModels(`${url}/test`, 'test');
  t.teardown(() => readModels.close());
  await runReadModels(t, store, readModels.db, VIEWS);
  const metrics = readModels.db.collection<PlainDocument>(collectionName(TICKET_METRICS));
  for (const some of portions(ALL.slice(STREAMED), 1000)) {
    await metrics.insertMany(some.map(({ document }) => ({ ...document })));
  }
  await readModels.db
    .collection<(typeof EMPLOYEES)['example']>(collectionName(EMPLOYEES))
    .insertMany(AGENTS.map((_id) => ({ ...EMPLOYEES.example, _id, name: nameOf(_id) })));
  const keeper = keepColumns({ store, readModels, now });
  const told = ALL.map((ticket) => toldBy(ticket, nameOf));
  const reported = async () => (await keeper.current()).columns.count;

  await t.test('follow the events that come after they were read', async (t) => {
    t.equal(await reported(), ALL.length - STREAMED);
    await appendAll(store, ALL.slice(0, STREAMED), FAILURES);
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
        comparable(figures),
        { ...countedAgain(told, isChosen, { ...DAYS, days: 1 }), failures: failuresAgain(FAILURES) },
        JSON.stringify(filters),
      );
    }
    // 100 days are shown in weeks; the last one has two days, and things have happened after it.
    const weeks = { from: '2026-08-03', to: '2026-11-10' };
    const { failures: _, ...figures } = comparable(await figuresFor(readTicketFilters(weeks)));
    t.strictSame(
      figures,
      countedAgain(told, () => true, { ...weeks, days: 7 }),
      'in weeks',
    );
  });

  await t.test('are of the tickets that lists and exports have for the same filters', async (t) => {
    const { columns } = await keeper.current();
    const wrong = [];
    for (const query of manyFilters()) {
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

  await t.test('follow a rebuild, and a document that was blocked', async (t) => {
    const [held, other] = ALL;
    if (held === undefined || other === undefined) throw new Error('There are no tickets.');
    // As it is where a projection could not apply an event: the document is behind, and goes on when an operator says so.
    // Of no version's name: the runner drops collections that look like one that nobody builds.
    const behind = 'held_up';
    const documents = readModels.db.collection<PlainDocument>(behind);
    const early = held.happened.slice(0, 1);
    const blocked = { ...other.document, _id: held.id, revision: 0, preparedAt: early[0]?.at ?? NOW };
    await documents.insertMany([{ ...blocked }, { ...other.document }]);
    const atRest = keepColumns({
      store,
      now,
      readModels: {
        ...readModels,
        registered: async () => {
          const entry = await entryOf(readModels.db, TICKET_METRICS.name);
          return entry === undefined ? [] : [{ ...entry, collection: behind, collectionId: 'another' }];
        },
      },
    });
    const at = async () => {
      const { columns } = await atRest.current();
      return [columns.count, columns.revisionOf(held.id), columns.revisionOf(other.id)];
    };
    t.strictSame(await at(), [2, 0, other.document.revision]);
    await documents.replaceOne({ _id: held.id }, { ...held.document });
    const group = ticketMetrics.group.name;
    const stream = streamOf.ticket(held.id);
    const eventId = deterministicId(held.id, '1');
    await store.collect(streamOf.failures(group), [
      newEvent(eventId, { type: 'StreamReleased', data: { group, stream, revision: 1, eventId } }, NOW),
    ]);
    const wanted = [2, held.document.revision, other.document.revision];
    await eventually('the document after its release', async () =>
      JSON.stringify(await at()) === JSON.stringify(wanted) ? true : undefined,
    );
  });

  await t.test('are refused beyond the tickets that memory is set up for', async (t) => {
    const few = keepColumns({ store, readModels, now }, 100);
    await t.rejects(few.current(), {
      statusCode: 503,
      message: /^There are more than 100 tickets/,
    });
  });
});

tap.test('columns that took in every step of a ticket are those that took in its end', async (t) => {
  const [stepwise, atOnce] = [new TicketColumns(), new TicketColumns()];
  const tickets = ALL.slice(0, 2000);
  for (const { document } of tickets) atOnce.put(document);
  const longest = Math.max(...tickets.map(({ happened }) => happened.length));
  for (let revision = 0; revision < longest; revision += 1) {
    for (const { id, happened } of tickets) {
      if (revision < happened.length) stepwise.put(documentOf(id, happened.slice(0, revision + 1)));
    }
  }
  // What is delivered late changes nothing.
  for (const { id, happened } of tickets) stepwise.put(documentOf(id, happened.slice(0, 1)));
  const figuresOf = (columns: TicketColumns) => {
    const filters = readTicketFilters(DAYS);
    return comparable({ ...ticketFigures(columns, filters, periodOf(filters, NOW)), failures: [] });
  };
  t.equal(stepwise.count, tickets.length);
  t.strictSame(figuresOf(stepwise), figuresOf(atOnce));
});

function newEvent(id: string, event: { type: string; data: Record<string, unknown> }, at: Date) {
  const metadata = {
    $correlationId: id,
    $causationId: id,
    actor: 'system:test',
    occurredAt: at.toISOString(),
  };
  return { id, event, metadata: { ...metadata, subject: ONE_FOR_ALL } };
}

async function appendAll(
  store: EventStore,
  tickets: readonly GeneratedTicket[],
  failures: readonly GeneratedFailure[],
): Promise<void> {
  const waiting = [...tickets];
  const work = async () => {
    for (let ticket = waiting.pop(); ticket !== undefined; ticket = waiting.pop()) {
      const { id, happened } = ticket;
      const events = happened.map(({ event, at }, index) =>
        newEvent(deterministicId(id, String(index)), event, at),
      );
      await store.append(streamOf.ticket(id), events, 'none');
    }
  };
  const entries = [...new Set(failures.map(({ group }) => group))].map((group) => {
    const happened = failures.flatMap((failure) => (failure.group === group ? failure.entries : []));
    const events = happened
      .sort((left, right) => left.at.getTime() - right.at.getTime())
      .map(({ event, at }, index) => newEvent(deterministicId(group, String(index)), event, at));
    return store.append(streamOf.failures(group), events, 'none');
  });
  await Promise.all([...entries, ...Array.from({ length: 32 }, work)]);
}

/** The figures without what a test knows already, their maps as sorted lists. */
function comparable({ volume, cohort, failures }: Pick<Figures, 'volume' | 'cohort' | 'failures'>) {
  const sorted = <Tally>(tallies: ReadonlyMap<string | null, Tally>) =>
    [...tallies].sort(([a], [b]) => Number(String(a) > String(b)) - Number(String(a) < String(b)));
  const plain = ({ bins, ...others }: Figures['cohort']['firstReply']) => ({
    ...others,
    bins: bins.map(({ count }) => count),
  });
  return {
    volume,
    cohort: {
      total: cohort.total,
      byKind: sorted(cohort.byKind),
      byPriority: sorted(cohort.byPriority),
      byStatus: sorted(cohort.byStatus),
      byAgent: sorted(cohort.byAgent),
      byTag: sorted(cohort.byTag),
      firstReply: plain(cohort.firstReply),
      firstResolution: plain(cohort.firstResolution),
    },
    failures: failures.map(({ from, group, failed, recovered }) => `${from} ${group} ${failed} ${recovered}`),
  };
}

function failuresAgain(failures: readonly GeneratedFailure[]): readonly string[] {
  const day = (at: Date | undefined) => at?.toISOString().slice(0, 10);
  const counts = new Map<string, [failed: number, recovered: number]>();
  const add = (on: string | undefined, group: string, by: readonly [number, number]) => {
    if (on === undefined || on < DAYS.from || on > DAYS.to) return;
    const [failed, recovered] = counts.get(`${on} ${group}`) ?? [0, 0];
    counts.set(`${on} ${group}`, [failed + by[0], recovered + by[1]]);
  };
  for (const { group, firstFailedAt, recoveredAt } of failures) {
    add(day(firstFailedAt), group, [1, 0]);
    add(day(recoveredAt), group, [0, 1]);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => `${key} ${of.join(' ')}`);
}

/** Every filter with each of its kinds of value, alone or with another. */
function* manyFilters(): Generator<Record<string, string>> {
  const values: Readonly<Record<string, readonly string[]>> = {
    kind: ['question', 'problem', 'request'],
    priority: ['low', 'normal', 'high', 'urgent'],
    agent: ['nobody', ...AGENTS, deterministicId('agent', 'unknown')],
    tag: ['printer', 'network', 'unknown'],
    status: ['prepared', 'assigned', 'in-progress', 'waiting', 'resolved', 'cancelled'],
    stage: ['assigned', 'resolved', 'stayed', 'reopened'],
    helped: ['yes', 'no', 'any'],
    open: ['yes', 'no'],
    replyFrom: ['0', '900000'],
    replyBelow: ['0', '900000'],
    resolutionFrom: ['7200000'],
    resolutionBelow: ['7200000'],
    resolvedFrom: ['2026-10-12'],
    resolvedTo: ['2026-10-15'],
    backlogOn: ['2026-09-30', '2026-10-12', '2020-01-01'],
  };
  const all = Object.entries(values).flatMap(([name, of]) => of.map((value) => ({ [name]: value })));
  for (const [index, one] of all.entries()) {
    yield index % 2 === 0 ? one : { ...all[(index * 7 + 3) % all.length], ...one };
  }
  yield { resolvedFrom: '2026-10-12', resolvedTo: '2026-10-12' };
  yield { replyFrom: '300000', replyBelow: '900000' };
}

/** Compares line by line, and shows the first that is another. */
function sameLines(t: Pick<typeof tap, 'strictSame'>, found: string, wanted: string, end: string): void {
  const [left, right] = [found.split(end), wanted.split(end)];
  const at = left.findIndex((line, index) => line !== right[index]);
  t.strictSame([left.length, at < 0 ? '' : left[at]], [right.length, at < 0 ? '' : right[at]]);
}

function portions<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
