// Lists of the API are paged by cursor, each entry once, whatever comes in meanwhile; what they say of a ticket is what is said
// of it alone, now and as of any moment.
import t from 'tap';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { FAILURES, startAnalystsApi, TICKETS } from './testing/analysts-api.ts';
import { readPage } from './testing/api-answers.ts';
import { appendTickets } from './testing/append-generated.ts';

const NEWEST_FIRST = TICKETS.map(({ document }) => document).toSorted(
  (a, b) => b.preparedAt.getTime() - a.preparedAt.getTime() || (a._id < b._id ? -1 : 1),
);
const DAY_MS = 86_400_000;

t.test('lists of the API', async (t) => {
  const { store, client, metrics, now } = await startAnalystsApi(t);

  await t.test('lists are paged by cursor, whatever comes in meanwhile', async (t) => {
    const read = async (
      id: string,
      filters: Record<string, string | number>,
      between: () => Promise<void>,
    ) => {
      const found: unknown[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const given = { ...filters, ...(cursor === undefined ? {} : { cursor }) };
        const { body } = await client.ask(id, given);
        const { items, next }: { items: object[]; next: string | null } = readPage(body);
        found.push(...items.map((item) => Reflect.get(item, 'ticketId') ?? Reflect.get(item, 'messageId')));
        cursor = next ?? undefined;
        pages += 1;
        await between();
      } while (cursor !== undefined);
      return { found, pages };
    };
    const [first] = NEWEST_FIRST;
    if (first === undefined) throw new Error('There are no tickets.');
    let later = 0;
    const insertNewer = async () => {
      later += 1;
      const preparedAt = new Date(first.preparedAt.getTime() + later * DAY_MS);
      await metrics.insertOne({ ...first, _id: deterministicId('later', String(later)), preparedAt });
    };
    const all = await read('listTickets', { limit: 7 }, insertNewer);
    t.strictSame(all, { found: NEWEST_FIRST.map(({ _id }) => _id), pages: 9 });
    await metrics.deleteMany({ _id: { $nin: NEWEST_FIRST.map(({ _id }) => _id) } });
    const some = await read('listTickets', { limit: 3, kind: 'problem', open: 'no' }, async () => undefined);
    t.strictSame(
      some.found,
      NEWEST_FIRST.filter(({ kind, open }) => kind === 'problem' && !open).map(({ _id }) => _id),
    );
    const messages = await read('listFailures', { limit: 2 }, async () => undefined);
    t.strictSame(messages, {
      found: FAILURES.toSorted(
        (a, b) => b.firstFailedAt.getTime() - a.firstFailedAt.getTime() || (a._id < b._id ? -1 : 1),
      ).map(({ _id }) => _id),
      pages: 4,
    });
  });

  await t.test('a ticket now and before', async (t) => {
    const ticket = TICKETS.find(({ document: { resolutions } }) => resolutions > 0);
    if (ticket === undefined) throw new Error('None of these tickets was ever resolved.');
    await appendTickets(store, [ticket]);
    const resolvedAt = ticket.happened.find(({ event }) => event.type === 'TicketResolved')?.at ?? now();
    const read = async (at?: Date) => {
      const given = at === undefined ? {} : { at: at.toISOString() };
      const { status, body } = await client.ask('readTicket', { ticketId: ticket.id, ...given });
      return [status, Reflect.get(Object(body), 'status') ?? null, Reflect.get(Object(body), 'code') ?? null];
    };
    t.strictSame(await read(), [200, ticket.document.status, null]);
    t.strictSame(await read(resolvedAt), [200, 'resolved', null]);
    t.strictSame(await read(new Date('2020-01-01T00:00:00Z')), [404, 404, 'ticket-not-there-yet']);
    const listed = await client.ask('listTickets', { limit: 500 });
    const inList = readPage(listed.body).items.find((item) => Reflect.get(item, 'ticketId') === ticket.id);
    t.strictSame((await client.ask('readTicket', { ticketId: ticket.id })).body, {
      ...inList,
      revision: ticket.happened.length - 1,
    });
  });
});
