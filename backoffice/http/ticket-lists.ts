// GET /tickets: all, prepared and unassigned tickets, newest first; the list and the page are in the URL.
import type { Filter } from 'mongodb';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import { FreshnessTeller } from '../../shared-contracts/runtime/read-models/freshness.ts';
import { pageNumber, pagingOf } from '../../shared-contracts/runtime/web/query.ts';
import type { BackofficeSite } from './backoffice-site.ts';
import { KIND_LABELS, STATUS_BADGES } from './labels.ts';

const PAGE_SIZE = 25;

const LISTS: readonly { name: string; label: string; filter: Filter<TicketDocument>; empty: string }[] = [
  { name: 'all', label: 'All', filter: {}, empty: 'There are no tickets yet.' },
  {
    name: 'prepared',
    label: 'Prepared',
    filter: { status: 'prepared' },
    empty: 'No ticket waits to be taken up.',
  },
  {
    name: 'unassigned',
    label: 'Unassigned',
    filter: { assigneeId: null, status: { $in: ['prepared', 'assigned', 'in-progress'] } },
    empty: 'Every open ticket has somebody who looks after it.',
  },
];

export function ticketLists({ app, store, readModels }: BackofficeSite): void {
  const freshness = new FreshnessTeller(store, readModels);
  app.get('/', (_request, reply) => reply.redirect('/tickets'));

  app.get<{ Querystring: { list?: string; page?: string } }>('/tickets', async (request, reply) => {
    const list = LISTS.find(({ name }) => name === (request.query.list ?? 'all'));
    if (list === undefined) return reply.callNotFound();
    const page = pageNumber(request.query.page);
    const tickets = await readModels.collection(TICKETS);
    const [counts, documents] = await Promise.all([
      Promise.all(LISTS.map(({ filter }) => tickets.countDocuments(filter))),
      tickets
        .find(list.filter)
        .sort({ preparedAt: -1, _id: 1 })
        .skip((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .toArray(),
    ]);
    const names = await namesOf(documents);
    const total = counts[LISTS.indexOf(list)] ?? 0;
    return reply.view('ticket-list', {
      title: 'Tickets',
      freshness: await freshness.shown(TICKETS),
      lists: LISTS.map(({ name, label }, index) => ({
        name,
        label,
        count: counts[index],
        current: name === list.name,
      })),
      empty: list.empty,
      tickets: documents.map((document) => ({
        ...document,
        kind: KIND_LABELS[document.kind],
        badge: STATUS_BADGES[document.status],
        assignee: document.assigneeId === null ? null : (names.get(document.assigneeId) ?? 'somebody'),
      })),
      paging: pagingOf(page, PAGE_SIZE, total),
    });
  });

  const namesOf = async (documents: readonly TicketDocument[]): Promise<ReadonlyMap<string, string>> => {
    const ids = [
      ...new Set(documents.flatMap(({ assigneeId }) => (assigneeId === null ? [] : [assigneeId]))),
    ];
    const employees = await readModels.collection(EMPLOYEES);
    const found = await employees.find({ _id: { $in: ids } }, { projection: { name: 1 } }).toArray();
    return new Map(found.map(({ _id, name }) => [_id, name]));
  };
}
