// Paging through a list of tickets, forwards and backwards: every ticket once, in its order, whichever way it is read.
import type { Collection } from 'mongodb';
import t from 'tap';
import { nextDay, startOfDay } from '../../backoffice/http/ticket-list/day-bounds.ts';
import {
  ORDERS,
  type Order,
  readCursor,
  writeCursor,
} from '../../backoffice/http/ticket-list/ticket-cursor.ts';
import type { Criteria } from '../../backoffice/http/ticket-list/ticket-filters.ts';
import { countUpTo, findByNumber, findPage } from '../../backoffice/http/ticket-list/ticket-queries.ts';
import { numberOf } from '../../shared-contracts/documents/issue-number.ts';
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';

const TICKET_COUNT = 3000;
const ADA = deterministicId('employee', 'ada');
const BRUNO = deterministicId('employee', 'bruno');

/** Three tickets each in the same minute, so that the id decides. */
const minute = (index: number) => new Date(Date.UTC(2026, 10, 1) + Math.floor(index / 3) * 60_000);

function ticketAt(index: number): TicketDocument {
  const open = index % 4 === 0;
  return {
    ...TICKETS.example,
    _id: deterministicId('ticket', index),
    issueId: index % 100 === 99 ? null : deterministicId('issue', index),
    status: !open ? 'resolved' : index % 8 === 0 ? 'waiting' : 'prepared',
    open,
    assigneeId: index % 5 === 0 ? null : index % 2 === 0 ? ADA : BRUNO,
    urgency: index % 7 === 0 ? 3 : index % 11 === 0 ? 0 : 1,
    kind: index % 400 === 8 ? 'question' : 'problem',
    tags: index % 3 === 0 ? ['printer'] : index % 50 === 1 ? ['toner', 'printer'] : [],
    words: ['kim', index % 60 === 0 ? 'scanner' : 'printer'],
    preparedAt: minute(index),
    updatedAt: minute((index * 7919) % TICKET_COUNT),
  };
}

t.test('lists of tickets', async (t) => {
  const { db } = await startTestNode(t);
  const tickets = db.collection<TicketDocument>('tickets');
  for (const { keys, options } of TICKETS.indexes) await tickets.createIndex(keys, options);
  const all = Array.from({ length: TICKET_COUNT }, (_, index) => ticketAt(index));
  await tickets.insertMany(all);

  const lists: Readonly<Record<string, [Criteria, (ticket: TicketDocument) => boolean]>> = {
    mine: [{ assigneeId: ADA, open: true }, ({ assigneeId, open }) => assigneeId === ADA && open],
    unassigned: [{ assigneeId: null, open: true }, ({ assigneeId, open }) => assigneeId === null && open],
    urgent: [{ urgency: 3 }, ({ urgency }) => urgency === 3],
    'waiting, urgent': [
      { status: 'waiting', urgency: 3 },
      ({ status, urgency }) => status === 'waiting' && urgency === 3,
    ],
    'a tag of many': [{ tag: 'printer' }, ({ tags }) => tags.includes('printer')],
    'a tag of few': [{ tag: 'toner' }, ({ tags }) => tags.includes('toner')],
    'a word of few': [{ text: 'Scan' }, ({ words }) => words.includes('scanner')],
    'few among many': [{ kind: 'question' }, ({ kind }) => kind === 'question'],
    'some days': [
      { preparedFrom: minute(900), preparedBefore: minute(1200) },
      ({ preparedAt }) => preparedAt >= minute(900) && preparedAt < minute(1200),
    ],
  };

  for (const [name, [criteria, fits]] of Object.entries(lists)) {
    await t.test(name, async (t) => {
      for (const by of ORDERS) {
        for (const reversed of [false, true]) {
          const order = { by, reversed };
          const wanted = all.filter(fits).toSorted(comparing(order));
          const there = await walk(tickets, criteria, order, 'next');
          t.strictSame(
            there.ids,
            wanted.map(({ _id }) => _id),
            `${by}, reversed: ${reversed}`,
          );
          const back = await walk(tickets, criteria, order, 'previous', there.last);
          t.strictSame(back.ids, there.ids.slice(0, there.ids.length - there.onLastPage), 'and back');
        }
      }
    });
  }

  await t.test('a number finds its ticket, prepared by hand or not', async (t) => {
    for (const index of [5, 99]) {
      const { _id, issueId } = ticketAt(index);
      const found = await findByNumber(tickets, `#${numberOf(issueId ?? _id).toLowerCase()}`);
      t.strictSame(
        found.map((ticket) => ticket._id),
        [_id],
      );
    }
    t.strictSame(await findByNumber(tickets, 'keyboards'), []);
  });

  await t.test('counts end at their limit', async (t) => {
    t.strictSame(
      [
        await countUpTo(tickets, {}, 51),
        await countUpTo(tickets, { status: 'waiting' }, 51),
        await countUpTo(tickets, { tag: 'toner' }, 501),
      ],
      [TICKET_COUNT, 51, all.filter(({ tags }) => tags.includes('toner')).length],
    );
  });
});

t.test('a day begins when the clocks of its zone say so', async (t) => {
  const beginnings = [
    startOfDay('2026-11-22', undefined),
    startOfDay('2026-11-22', 'America/New_York'),
    startOfDay('2026-03-29', 'Europe/Berlin'),
    startOfDay(nextDay('2026-03-29'), 'Europe/Berlin'),
    startOfDay('2026-11-22', 'Asia/Kathmandu'),
  ];
  t.strictSame(
    beginnings.map((at) => at.toISOString()),
    [
      '2026-11-22T00:00:00.000Z',
      '2026-11-22T05:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-11-21T18:15:00.000Z',
    ],
  );
});

/** Follows the links of a list to its end. */
async function walk(
  tickets: Collection<TicketDocument>,
  criteria: Criteria,
  order: Order,
  direction: 'next' | 'previous',
  from?: string,
) {
  let ids: readonly string[] = [];
  let last = from;
  let onLastPage = 0;
  for (let at = from; ; ) {
    const page = await findPage(tickets, criteria, order, at === undefined ? undefined : readCursor(at));
    const found = page.tickets.map(({ _id }) => _id);
    const onward = page[direction];
    if (direction === 'next') ids = [...ids, ...found];
    else if (at !== from) ids = [...found, ...ids];
    onLastPage = found.length;
    if (onward === undefined) return { ids, last, onLastPage };
    at = writeCursor(onward);
    last = at;
  }
}

function comparing({ by, reversed }: Order) {
  const sign = reversed ? -1 : 1;
  const field = by === 'updated' ? 'updatedAt' : 'preparedAt';
  return (one: TicketDocument, other: TicketDocument) =>
    sign *
    ((by === 'priority' ? other.urgency - one.urgency : 0) ||
      other[field].getTime() - one[field].getTime() ||
      (one._id < other._id ? -1 : 1));
}
