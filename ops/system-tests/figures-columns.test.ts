// The columns in memory that figures are counted from follow what becomes of documents, whatever order it comes in, and hold
// no more tickets than memory is set up for.
import tap from 'tap';
import { keepColumns } from '../../projections/http/columns/keep-columns.ts';
import { TicketColumns } from '../../projections/http/columns/ticket-columns.ts';
import { ticketFigures } from '../../projections/http/figures/ticket-figures.ts';
import { periodOf } from '../../projections/http/filters/period.ts';
import { readTicketFilters } from '../../projections/http/filters/ticket-filters.ts';
import { ticketMetrics } from '../../projections/views/ticket-metrics.ts';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { createReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { appendTickets, newEvent } from './testing/append-generated.ts';
import { comparableFigures } from './testing/comparable-figures.ts';
import { eventually } from './testing/eventually.ts';
import { documentOf, generateTickets } from './testing/generated-tickets.ts';
import { entryOf, prepareReadModels } from './testing/read-model-runner.ts';
import { openTestStore } from './testing/test-store.ts';

const TICKETS = generateTickets(2000, new Date('2026-08-01T00:00:00Z'), 110);
const NOW = new Date('2026-11-23T12:00:00Z');
const DAYS = { from: '2026-10-10', to: '2026-10-31' };
const now = () => NOW;

tap.test('columns on a store and a database', async (t) => {
  const { url } = await startTestNode(t);
  const store = await openTestStore(t);
  const readModels = createReadModels(`${url}/test`, 'test');
  t.teardown(() => readModels.close());
  await prepareReadModels(store, readModels.db, [ticketMetrics]);
  const prepared = await entryOf(readModels.db, ticketMetrics.model.name);
  if (prepared === undefined) throw new Error('The read model is not registered.');

  await t.test('follow a document that was blocked, and a rebuild', async (t) => {
    const [held, other] = TICKETS;
    if (held === undefined || other === undefined) throw new Error('There are no tickets.');
    await appendTickets(store, [held, other]);
    // As it is where a projection could not apply an event: the document is behind, and goes on when an operator says so.
    const documents = readModels.db.collection<PlainDocument>(prepared.collection);
    const early = held.happened.slice(0, 1);
    const blocked = { ...other.document, _id: held.id, revision: 0, preparedAt: early[0]?.at ?? NOW };
    await documents.insertMany([{ ...blocked }, { ...other.document }]);
    let entry = prepared;
    const registered = async () => [entry];
    const keeper = keepColumns({ store, now, readModels: { ...readModels, registered } });
    const at = async () => {
      const { columns } = await keeper.current();
      return [columns.count, columns.revisionOf(held.id), columns.revisionOf(other.id)];
    };
    const become = (what: string, wanted: readonly unknown[]) =>
      eventually(what, async () => JSON.stringify(await at()) === JSON.stringify(wanted));
    t.strictSame(await at(), [2, 0, other.document.revision]);
    await documents.replaceOne({ _id: held.id }, { ...held.document });
    const group = ticketMetrics.group.name;
    const stream = streamOf.ticket(held.id);
    const eventId = deterministicId(held.id, '1');
    await store.collect(streamOf.failures(group), [
      newEvent(eventId, { type: 'StreamReleased', data: { group, stream, revision: 1, eventId } }, NOW),
    ]);
    await become('the document after its release', [2, held.document.revision, other.document.revision]);

    const rebuilt = { ...prepared, collection: 'rebuilt', collectionId: 'another' };
    await readModels.db.collection<PlainDocument>(rebuilt.collection).insertOne({ ...held.document });
    entry = rebuilt;
    await become('the documents of the rebuild', [1, held.document.revision, undefined]);
  });

  await t.test('are refused beyond the tickets that memory is set up for', async (t) => {
    const documents = readModels.db.collection<PlainDocument>(prepared.collection);
    await documents.deleteMany({});
    await documents.insertMany(TICKETS.slice(0, 101).map(({ document }) => ({ ...document })));
    const few = keepColumns({ store, readModels, now }, 100);
    await t.rejects(few.current(), {
      statusCode: 503,
      message: /^There are more than 100 tickets/,
    });
  });
});

tap.test('columns that took in every step of a ticket are those that took in its end', async (t) => {
  const [stepwise, atOnce] = [new TicketColumns(), new TicketColumns()];
  for (const { document } of TICKETS) atOnce.put(document);
  const longest = Math.max(...TICKETS.map(({ happened }) => happened.length));
  for (let revision = 0; revision < longest; revision += 1) {
    for (const { id, happened } of TICKETS) {
      if (revision < happened.length) stepwise.put(documentOf(id, happened.slice(0, revision + 1)));
    }
  }
  // What is delivered late changes nothing.
  for (const { id, happened } of TICKETS) stepwise.put(documentOf(id, happened.slice(0, 1)));
  const figuresOf = (columns: TicketColumns) => {
    const filters = readTicketFilters(DAYS);
    return comparableFigures({ ...ticketFigures(columns, filters, periodOf(filters, NOW)), failures: [] });
  };
  t.equal(stepwise.count, TICKETS.length);
  t.strictSame(figuresOf(stepwise), figuresOf(atOnce));
});
