// A page of a list of tickets, at a price that does not grow with their number: each way to read follows an index and looks at a
// bounded number of tickets.
import type { Collection } from 'mongodb';
import { idsOfNumber } from '../../../shared-contracts/documents/issue-number.ts';
import type { TicketDocument } from '../../../shared-contracts/documents/ticket-document.ts';
import { behindCursor, behindTime, type Condition, conditionOf, sortOf } from './ticket-conditions.ts';
import { type Cursor, cursorAt, type Order, type SortKey } from './ticket-cursor.ts';
import type { Criteria } from './ticket-filters.ts';
import { type Indexed, type Segment, segmentsOf, waysTo } from './ticket-indexes.ts';

export type TicketPage = {
  readonly tickets: readonly TicketDocument[];
  readonly previous: Cursor | undefined;
  readonly next: Cursor | undefined;
  /** The list was looked through only up to here; `next` (or `previous`) goes on from there. */
  readonly cutShort: boolean;
};

export const PAGE_SIZE = 25;
/** So few are found by the index that knows them and sorted; of more, the list is read in its order. */
const FEW = 500;
/** Tickets that one request looks at in the order of the list, where no index knows all that is asked. */
export const LOOKED_AT = 1000;

/** Counts up to a limit: a queue may hold everything there is. */
export function countUpTo(tickets: Collection<TicketDocument>, criteria: Criteria, limit: number) {
  const { kind, text, ...known } = criteria;
  const all = Object.values(known).every((value) => value === undefined);
  if (all) return tickets.estimatedDocumentCount();
  // The index that holds nothing else: in any other, that nobody has a ticket is seen in the ticket only.
  const unassigned = known.assigneeId === null && known.open === true;
  return tickets.countDocuments(conditionOf(criteria), {
    limit,
    ...(unassigned ? { hint: 'by_unassigned' } : {}),
  });
}

export async function findPage(
  tickets: Collection<TicketDocument>,
  criteria: Criteria,
  order: Order,
  cursor: Cursor | undefined,
): Promise<TicketPage> {
  const backwards = cursor?.direction === 'before';
  const descending = order.reversed === backwards;
  const whole = conditionOf(criteria);
  const request = { tickets, whole, order, descending, cursor };
  const ordered = segmentsOf(criteria, order, descending, cursor);
  const few = ordered.exact ? undefined : await fewOf(tickets, criteria);
  const found =
    few === undefined ? await lookThrough(request, ordered.segments) : await sortFew(request, few);
  return pageOf(found, order, cursor);
}

type Request = {
  readonly tickets: Collection<TicketDocument>;
  readonly whole: Condition;
  readonly order: Order;
  readonly descending: boolean;
  readonly cursor: Cursor | undefined;
};

/** In the direction that was read; at most one more than a page, which says that there are more. */
type Found = { readonly rows: readonly TicketDocument[]; readonly stoppedAt: SortKey | undefined };

/** What is found by an index of its own, where that is few. */
async function fewOf(tickets: Collection<TicketDocument>, criteria: Criteria): Promise<Indexed | undefined> {
  for (const way of waysTo(criteria).slice(0, 2)) {
    const count = await tickets.countDocuments(way.when, { limit: FEW + 1, hint: way.index });
    if (count <= FEW) return way;
  }
  return undefined;
}

async function sortFew(request: Request, { index, when }: Indexed): Promise<Found> {
  const { tickets, whole, order, descending, cursor } = request;
  const behind = cursor === undefined ? {} : behindCursor(order, descending, cursor);
  const rows = await tickets
    .find({ $and: [when, whole, behind] })
    .hint(index)
    .sort(sortOf(order, descending))
    .limit(PAGE_SIZE + 1)
    .toArray();
  return { rows, stoppedAt: undefined };
}

/** Reads the list in its order until the page is full, or enough was looked at. */
async function lookThrough(
  { tickets, whole, order, descending }: Request,
  segments: readonly Segment[],
): Promise<Found> {
  const rows: TicketDocument[] = [];
  const sort = sortOf({ ...order, by: order.by === 'priority' ? 'prepared' : order.by }, descending);
  for (const { index, when, from } of segments) {
    const within = from === undefined ? when : { $and: [when, behindTime(order, descending, from)] };
    const wanted = PAGE_SIZE + 1 - rows.length;
    const steps = [
      { $match: within },
      { $sort: sort },
      { $limit: LOOKED_AT },
      { $match: whole },
      { $limit: wanted },
    ];
    const found = await tickets.aggregate<TicketDocument>(steps, { hint: index }).toArray();
    rows.push(...found);
    if (found.length === wanted) break;
    const [stoppedAt] = await tickets
      .find(within)
      .hint(index)
      .sort(sort)
      .skip(LOOKED_AT - 1)
      .limit(1)
      .toArray();
    if (stoppedAt !== undefined) return { rows, stoppedAt };
  }
  return { rows, stoppedAt: undefined };
}

function pageOf({ rows, stoppedAt }: Found, order: Order, cursor: Cursor | undefined): TicketPage {
  const backwards = cursor?.direction === 'before';
  const read = rows.slice(0, PAGE_SIZE);
  const tickets = backwards ? read.toReversed() : read;
  const more = rows.length > PAGE_SIZE ? read.at(-1) : stoppedAt;
  const goOn = more && cursorAt(order, backwards ? 'before' : 'after', more);
  // Where the page was come from, there is something.
  const nearest = read[0];
  const opposite = backwards ? 'after' : 'before';
  const back =
    cursor && (nearest ? cursorAt(order, opposite, nearest) : ({ ...cursor, direction: opposite } as const));
  return {
    tickets,
    previous: backwards ? goOn : back,
    next: backwards ? back : goOn,
    cutShort: stoppedAt !== undefined && rows.length <= PAGE_SIZE,
  };
}

/** The tickets that a number stands for; of a ticket that was prepared by hand it is made from the ticket's own id. */
export async function findByNumber(
  tickets: Collection<TicketDocument>,
  text: string,
): Promise<readonly TicketDocument[]> {
  const ids = idsOfNumber(text);
  if (ids === undefined) return [];
  const range = { $gte: ids.first, $lte: ids.last };
  const [ofIssues, byHand] = await Promise.all([
    tickets.find({ issueId: range }).limit(PAGE_SIZE).toArray(),
    tickets.find({ _id: range, issueId: null }).limit(PAGE_SIZE).toArray(),
  ]);
  return [...ofIssues, ...byHand];
}
