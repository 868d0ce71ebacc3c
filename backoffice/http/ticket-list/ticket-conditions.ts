// What is asked of a list of tickets, in the words of the database.
import type { Filter, Sort } from 'mongodb';
import { wordsFilter } from '../../../shared-contracts/documents/search-words.ts';
import type { TicketDocument } from '../../../shared-contracts/documents/ticket-document.ts';
import { type Cursor, type Order, timeField } from './ticket-cursor.ts';
import type { Criteria } from './ticket-filters.ts';

export type Condition = Filter<TicketDocument>;

/** The condition that all of these criteria make together. */
export function conditionOf({ tag, text, preparedFrom, preparedBefore, ...equal }: Criteria): Condition {
  const known = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  return {
    ...known,
    ...preparedWithin({ preparedFrom, preparedBefore }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(text === undefined ? {} : wordsFilter(text)),
  };
}

/** Tickets prepared from one moment on, and before another. */
export function preparedWithin({
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

/** The sort of a list; the id settles what is equal, so that no page repeats or loses a ticket. */
export function sortOf(order: Order, descending: boolean): Sort {
  const [down, up] = descending ? ([-1, 1] as const) : ([1, -1] as const);
  const byTime = { [timeField(order)]: down, _id: up };
  return order.by === 'priority' ? { urgency: down, ...byTime } : byTime;
}

/**
 * What stands behind a cursor, by its time. Bounds the index on the time alone, and leaves out what has the same time and
 * stands before the cursor.
 */
export function behindTime(order: Order, descending: boolean, { at, id }: Cursor): Condition {
  const field = timeField(order);
  return descending
    ? { [field]: { $lte: at }, $or: [{ [field]: { $lt: at } }, { _id: { $gt: id } }] }
    : { [field]: { $gte: at }, $or: [{ [field]: { $gt: at } }, { _id: { $lt: id } }] };
}

/** What stands behind a cursor in the sort of a list. */
export function behindCursor(order: Order, descending: boolean, cursor: Cursor): Condition {
  const behind = behindTime(order, descending, cursor);
  if (order.by !== 'priority') return behind;
  const { urgency } = cursor;
  return { $or: [{ urgency: descending ? { $lt: urgency } : { $gt: urgency } }, { urgency, ...behind }] };
}
