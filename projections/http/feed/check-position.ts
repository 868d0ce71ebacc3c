// Whether a position of `$all` that a reader comes with is one that a feed has given.
import { UnknownError } from '@eventstore/db-client';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../../shared-contracts/runtime/event-store/events-of.ts';
import { RequestProblem } from '../request-problem.ts';
import { type FeedPosition, positionText } from './feed-query.ts';

type Client = Pick<EventStore['client'], 'readAll'>;

/** @throws RequestProblem 400 for a position that this store never gave: in the middle of an event, or behind all of them. */
export async function checkPosition(
  client: Client,
  position: FeedPosition,
  head: FeedPosition | undefined,
): Promise<void> {
  if (head === undefined || position.commit > head.commit) throw badPosition(position);
  try {
    for await (const _event of eventsOf(client.readAll({ maxCount: 1, fromPosition: position }))) return;
  } catch (error) {
    // The store has no better answer to a position between two events.
    if (error instanceof UnknownError) throw badPosition(position);
    throw error;
  }
}

function badPosition(position: FeedPosition): RequestProblem {
  return new RequestProblem(
    'bad-position',
    `The position ${positionText(position)} is none of this store. Use the last that the feed gave, or begin without “after”.`,
    { parameter: 'after' },
  );
}
