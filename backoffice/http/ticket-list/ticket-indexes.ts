// Which index serves a list of tickets: in the order of the list, or what little there is of something.
import { wordsFilter } from '../../../shared-contracts/documents/search-words.ts';
import { PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import { type Condition, preparedWithin } from './ticket-conditions.ts';
import type { Cursor, Order } from './ticket-cursor.ts';
import type { Criteria } from './ticket-filters.ts';

/** Conditions that an index answers by itself. */
export type Indexed = { readonly index: string; readonly when: Condition };

/** A stretch of the list that one index holds in the order of the list. */
export type Segment = Indexed & { readonly from: Cursor | undefined };

/** The stretches that make up a list; `exact` where they hold nothing else. */
export function segmentsOf(
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

/** Indexes that may know of few tickets what is asked, the most promising first. */
export function waysTo({ assigneeId, open, text, tag, status }: Criteria): readonly Indexed[] {
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
  return ways;
}
