// Lists of failed messages as people read them: the newest first, a part at a time.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import type { FailedState } from '../../shared-contracts/messages/failed-message-state.ts';
import { MessageDiscarded, MessageParked } from '../../shared-contracts/messages/failure-events.ts';
import type { FailureFilter } from '../../shared-contracts/messages/replay-selection.ts';
import type { FailedMessage } from './failed-message.ts';
import type { DatedEntry, Ledger } from './ledger.ts';
import { failuresAt, matches, type ParkedFacts, type Selected } from './selection.ts';

/** A message with what the ledger tells about its last failure, and about how it was resolved. */
export type ListedMessage = {
  readonly message: FailedMessage;
  readonly facts: ParkedFacts;
  /** When it was recovered or discarded. */
  readonly resolvedAt: string | undefined;
  /** Why it was discarded, and by whom. */
  readonly discarded: { readonly reason: string; readonly by: string } | undefined;
};

const isParked = isOneOf([MessageParked]);
const isDiscarded = isOneOf([MessageDiscarded]);
const AT_ONCE = 250;

/** One page of a list. The ledger must have been read to its end. */
export async function readPage(
  ledger: Ledger,
  state: FailedState,
  start: number,
  size: number,
): Promise<readonly ListedMessage[]> {
  const messages = ledger.index.page(state, start, size);
  const revisions = new Set(messages.flatMap(({ parkedAt, saidAt }) => [parkedAt, saidAt]));
  const entries = new Map<number, DatedEntry>();
  const ascending = [...revisions].sort((one, other) => one - other);
  for await (const entry of ledger.entriesAt(ascending)) entries.set(entry.revision, entry);
  return messages.flatMap((message): readonly ListedMessage[] => {
    const failure = entries.get(message.parkedAt);
    const said = entries.get(message.saidAt);
    if (failure === undefined || !isParked(failure.event)) return [];
    const resolved = state === 'recovered' || state === 'discarded';
    return [
      {
        message,
        facts: failure.event.data,
        resolvedAt: resolved ? said?.occurredAt : undefined,
        discarded: said !== undefined && isDiscarded(said.event) ? said.event.data : undefined,
      },
    ];
  });
}

/** What waits and passes the filter, the newest failure first. The ledger must have been read to its end. */
export async function* newestWaiting(
  ledger: Ledger,
  filter: FailureFilter,
): AsyncGenerator<Selected, void, undefined> {
  const revisions = ledger.index.stillWaiting(ledger.index.head);
  for (let end = revisions.length; end > 0; end -= AT_ONCE) {
    const portion: Selected[] = [];
    for await (const failure of failuresAt(ledger, revisions.subarray(Math.max(0, end - AT_ONCE), end)))
      if (matches(failure.facts, filter)) portion.push(failure);
    yield* portion.reverse();
  }
}
