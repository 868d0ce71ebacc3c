// GET /tickets: the queues, filtered, sorted and paged; all that a list is narrowed to is in the URL.
import type { Collection } from 'mongodb';
import { numberOf } from '../../../shared-contracts/documents/issue-number.ts';
import { TICKETS, type TicketDocument } from '../../../shared-contracts/documents/ticket-document.ts';
import {
  KIND_CHOICES,
  PRIORITY_CHOICES,
  STATUS_CHOICES,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import type { SignedIn } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import { isOutage } from '../../../shared-contracts/runtime/outage.ts';
import { FreshnessTeller } from '../../../shared-contracts/runtime/read-models/freshness.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { linkWith } from '../../../shared-contracts/runtime/web/query.ts';
import { whoActs } from '../../../shared-contracts/runtime/web/sign-in/guard.ts';
import type { BackofficeSite } from '../backoffice-site.ts';
import { PRIORITY_BADGES, STATUS_BADGES } from '../badges.ts';
import { colleagues, namesOf } from '../colleagues.ts';
import { inTime } from '../in-time.ts';
import { assigneeChoices } from './assignee-field.ts';
import { chipsOf } from './chips.ts';
import { EMPTY, QUEUE_LABELS, QUEUES, type Queue } from './queues.ts';
import { type Order, writeCursor } from './ticket-cursor.ts';
import {
  type Criteria,
  criteriaOf,
  cursorOf,
  type Filters,
  orderOf,
  queueCriteria,
  readFilters,
} from './ticket-filters.ts';
import { countUpTo, findByNumber, findPage, LOOKED_AT, type TicketPage } from './ticket-queries.ts';

/** A list that takes longer than that does not come, in milliseconds. */
const LONGEST_WAIT_MS = 8000;
/** Counts beside queues end here: to count on would cost more than it tells. */
const MOST_COUNTED = 500;
const COLUMNS = [
  { by: 'priority', label: 'Priority' },
  { by: 'prepared', label: 'Prepared' },
  { by: 'updated', label: 'Updated' },
] as const;

export function listTicketsPage(site: BackofficeSite): void {
  site.app.get('/', (_request, reply) => reply.redirect('/tickets?queue=mine'));
  const freshness = new FreshnessTeller(site.store, site.readModels);
  site.app.get('/tickets', async (request, reply) => {
    const form = readFilters(request.query);
    const work = listPage(site, freshness, form, whoActs(request), reply.locals.timeZone);
    const page = await inTime(work, LONGEST_WAIT_MS).catch((error: unknown) => {
      const down = error instanceof Error && (isOutage(error) || error instanceof PageError);
      throw down ? new PageError(503, NO_LISTS, { code: 'lists-unavailable', cause: error }) : error;
    });
    return reply.code(form.ok ? 200 : 400).view('ticket-list', page);
  });
}

const WRONG_FILTERS = 'No ticket can be looked for in this way. Correct the filters that are marked.';
const NO_LISTS =
  'Lists of tickets cannot be shown just now, since the database that they come from does not answer. Nothing is lost: a ticket whose address you have opens and can be worked. Try again in a minute.';

async function listPage(
  site: BackofficeSite,
  freshness: FreshnessTeller,
  form: ReturnType<typeof readFilters>,
  me: SignedIn,
  timeZone: string | undefined,
) {
  const filters: Filters = form.ok ? form.values : {};
  const queue = filters.queue ?? 'all';
  const criteria = form.ok ? criteriaOf(filters, me.employeeId, timeZone) : undefined;
  const order = orderOf(filters);
  const tickets = await site.readModels.collection(TICKETS);
  const [page, counts, employees] = await Promise.all([
    criteria === undefined ? NOTHING : pageFor(tickets, criteria, order, filters),
    Promise.all(
      QUEUES.map((each) => countUpTo(tickets, queueCriteria(each, me.employeeId), MOST_COUNTED + 1)),
    ),
    colleagues(site),
  ]);
  const names = new Map(employees.map(({ value, label }) => [value, label]));
  const assigned = [filters.assignee, ...page.tickets.map(({ assigneeId }) => assigneeId)];
  const others = assigned.flatMap((id) => (id?.includes('-') && !names.has(id) ? [id] : []));
  for (const [id, name] of await namesOf(site, others)) names.set(id, name);
  const chips = chipsOf(filters, names);
  return {
    title: QUEUE_LABELS[queue],
    freshness: await freshness.shown(TICKETS),
    form: form.ok ? { values: form.typed, errors: {} } : form,
    wrong: form.ok ? undefined : { errors: { _form: form.errors._form ?? WRONG_FILTERS } },
    queue,
    queues: QUEUES.map((name, index) => ({
      name,
      label: QUEUE_LABELS[name],
      count: countText(name, counts[index] ?? 0),
      current: name === queue,
    })),
    statuses: STATUS_CHOICES,
    priorities: PRIORITY_CHOICES,
    kinds: KIND_CHOICES,
    assignees: assigneeChoices(employees),
    employees,
    chips,
    clear: linkWith({}, { queue, sort: filters.sort, order: filters.order }),
    filtered: chips.length > 0,
    showsQueueAssignee: queue !== 'mine' && queue !== 'unassigned',
    columns: Object.fromEntries(COLUMNS.map((column) => [column.by, columnOf(column, order)])),
    tickets: page.tickets.map((ticket) => rowOf(ticket, names)),
    cutShort: page.cutShort ? LOOKED_AT : undefined,
    previous: page.previous && writeCursor(page.previous),
    next: page.next && writeCursor(page.next),
    begins: filters.page === undefined,
    empty: chips.length > 0 ? undefined : EMPTY[queue],
    back: linkWith(filters, {}),
  };
}

const NOTHING: TicketPage = { tickets: [], previous: undefined, next: undefined, cutShort: false };

/** A number finds its tickets; a text that is a number of none may still be words. */
async function pageFor(
  tickets: Collection<TicketDocument>,
  criteria: Criteria,
  order: Order,
  filters: Filters,
): Promise<TicketPage> {
  const numbered = filters.text === undefined ? [] : await findByNumber(tickets, filters.text);
  if (numbered.length > 0) return { ...NOTHING, tickets: numbered };
  return findPage(tickets, criteria, order, cursorOf(filters));
}

function rowOf(ticket: TicketDocument, names: ReadonlyMap<string, string>) {
  return {
    ...ticket,
    issueNumber: numberOf(ticket.issueId ?? ticket._id),
    badge: STATUS_BADGES[ticket.status],
    priorityBadge: PRIORITY_BADGES[ticket.priority],
    assignee: ticket.assigneeId === null ? null : (names.get(ticket.assigneeId) ?? 'somebody'),
    answerDue: ticket.open && ticket.lastWriter === 'customer' && ticket.employeeWroteAt !== null,
  };
}

function countText(queue: Queue, count: number): string {
  const most = queue === 'all' ? Number.POSITIVE_INFINITY : MOST_COUNTED;
  return count > most ? `${most}+` : new Intl.NumberFormat('en-GB').format(count);
}

/** A column's heading: sorts by it, and turns the order round once it is sorted by. */
function columnOf({ by, label }: (typeof COLUMNS)[number], order: Order) {
  const current = order.by === by;
  const reverse = current && !order.reversed;
  return {
    label,
    by,
    order: reverse ? 'reversed' : '',
    sorted: current ? (order.reversed ? 'ascending' : 'descending') : 'none',
    arrow: current ? (order.reversed ? '↑' : '↓') : '',
  };
}
