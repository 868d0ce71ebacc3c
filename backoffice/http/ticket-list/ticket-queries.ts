// A page of a list of tickets, at a price that does not grow with their number: each way to read follows an index and looks at a
// bounded number of tickets.
import type { Collection, Filter, Sort } from 'mongodb';
import { idsOfNumber } from '../../../shared-contracts/documents/issue-number.ts';
import { wordsFilter } from '../../../shared-contracts/documents/search-words.ts';
import type { TicketDocument } from '../../../shared-contracts/documents/ticket-document.ts';
import { PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import { type Cursor, cursorAt, type Order, type SortKey, timeField } from './ticket-cursor.ts';
import type { Criteria } from './ticket-filters.ts';

export type TicketPage = {
  readonly tickets: readonly TicketDocument[];
  readonly previous: Cursor | undefined;
  readonly next: Cursor | undefined;
  /** The list was looked through only up to here; `next` (or `previous`) goes on from there. */
  readonly cutShort: boolean;
};

type Condition = Filter<TicketDocument>;
/** Conditions that an index answers by itself. */
type Indexed = { readonly index: string; readonly when: Condition };

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

/** A stretch of the list that one index holds in the order of the list. */
type Segment = Indexed & { readonly from: Cursor | undefined };

function segmentsOf(
  { status, assigneeId, open, urgency, kind, tag, text, ...dates }: Criteria,
  order: Order,
  descending: boolean,
  cursor: Cursor | undefined,
): { readonly segments: readonly Segment[]; readonly exact: boolean } {
  const prepared = preparedWithin(dates);
  const simple = kind === undefined && tag === undefined && text === undefined;
  const one = (index: string, when: Condition, exact: boolean) => ({
    segments: [{ index, when, from: cursor }],
    exact: simple && exact,
  });
  if (order.by === 'updated') {
    const others = [status, assigneeId, open, urgency, dates.preparedFrom, dates.preparedBefore];
    return one(
      'by_updated',
      {},
      others.every((value) => value === undefined),
    );
  }
  if (order.by === 'priority') {
    const upwards = PRIORITIES.map((_, index) => index).filter((each) => (urgency ?? each) === each);
    const levels = (descending ? upwards.toReversed() : upwards).filter(
      (each) => cursor === undefined || (descending ? each <= cursor.urgency : each >= cursor.urgency),
    );
    return {
      segments: levels.map((each) => ({
        index: 'by_urgency',
        when: { urgency: each, ...prepared },
        from: cursor?.urgency === each ? cursor : undefined,
      })),
      exact: simple && status === undefined && assigneeId === undefined && open === undefined,
    };
  }
  const unsorted = urgency === undefined;
  if (assigneeId === null && open === true)
    return one('by_unassigned', { assigneeId, open, ...prepared }, unsorted && status === undefined);
  if (assigneeId !== undefined && open !== undefined)
    return one('by_assignee', { assigneeId, open, ...prepared }, unsorted && status === undefined);
  const only = assigneeId === undefined && open === undefined;
  if (status !== undefined) return one('by_status', { status, ...prepared }, unsorted && only);
  if (urgency !== undefined) return one('by_urgency', { urgency, ...prepared }, only);
  return one('by_prepared', prepared, only);
}

/** What is found by an index of its own, where that is few. */
async function fewOf(
  tickets: Collection<TicketDocument>,
  { assigneeId, open, text, tag, status }: Criteria,
): Promise<Indexed | undefined> {
  const ways: Indexed[] = [];
  const words = text === undefined ? undefined : wordsFilter(text)?.$and;
  // The longest word leads to the fewest tickets, as a rule.
  const longest = words?.toSorted((one, other) => other.words.source.length - one.words.source.length)[0];
  if (longest !== undefined) ways.push({ index: 'by_word', when: longest });
  if (assigneeId === null && open === true) ways.push({ index: 'by_unassigned', when: { assigneeId, open } });
  else if (assigneeId !== undefined)
    ways.push({ index: 'by_assignee', when: { assigneeId, ...(open === undefined ? {} : { open }) } });
  if (tag !== undefined) ways.push({ index: 'by_tag', when: { tags: tag } });
  if (status !== undefined) ways.push({ index: 'by_status', when: { status } });
  for (const way of ways.slice(0, 2)) {
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

function sortOf(order: Order, descending: boolean): Sort {
  const [down, up] = descending ? ([-1, 1] as const) : ([1, -1] as const);
  const byTime = { [timeField(order)]: down, _id: up };
  return order.by === 'priority' ? { urgency: down, ...byTime } : byTime;
}

/** Bounds the index on the time alone, and leaves out what has the same time and stands before the cursor. */
function behindTime(order: Order, descending: boolean, { at, id }: Cursor): Condition {
  const field = timeField(order);
  return descending
    ? { [field]: { $lte: at }, $or: [{ [field]: { $lt: at } }, { _id: { $gt: id } }] }
    : { [field]: { $gte: at }, $or: [{ [field]: { $gt: at } }, { _id: { $lt: id } }] };
}

function behindCursor(order: Order, descending: boolean, cursor: Cursor): Condition {
  const behind = behindTime(order, descending, cursor);
  if (order.by !== 'priority') return behind;
  const { urgency } = cursor;
  return { $or: [{ urgency: descending ? { $lt: urgency } : { $gt: urgency } }, { urgency, ...behind }] };
}

function preparedWithin({
  preparedFrom,
  preparedBefore,
}: Pick<Criteria, 'preparedFrom' | 'preparedBefore'>): Condition {
  if (preparedFrom === undefined && preparedBefore === undefined) return {};
  return {
    preparedAt: {
      ...(preparedFrom === undefined ? {} : { $gte: preparedFrom }),
      ...(preparedBefore === undefined ? {} : { $lt: preparedBefore }),
    },
  };
}

function conditionOf({ tag, text, preparedFrom, preparedBefore, ...equal }: Criteria): Condition {
  const known = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  return {
    ...known,
    ...preparedWithin({ preparedFrom, preparedBefore }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(text === undefined ? {} : wordsFilter(text)),
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
