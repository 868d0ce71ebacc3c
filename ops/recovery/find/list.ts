import { isOneOf } from '../../../shared-contracts/messages/define-message.ts';
import { MessageDiscarded, MessageParked } from '../../../shared-contracts/messages/failure-events.ts';
import type { FailedMessage } from '../ledger/failed-message.ts';
import type { DatedEntry, Ledger } from '../ledger/ledger.ts';
import type { Recovery } from '../recovery.ts';
import type { Found } from './list-page.ts';
import type { ParkedFacts } from './selection.ts';

/** A message with what the ledger tells about its last failure, and about how it was resolved. */
export type ListedMessage = {
  readonly recovery: Recovery;
  readonly message: FailedMessage;
  readonly facts: ParkedFacts;
  /** When it was recovered or discarded. */
  readonly resolvedAt: string | undefined;
  /** Why it was discarded, and by whom. */
  readonly discarded: { readonly reason: string; readonly by: string } | undefined;
};

const isParked = isOneOf([MessageParked]);
const isDiscarded = isOneOf([MessageDiscarded]);

/** What the ledgers tell about the messages of a page, in its order. */
export async function readListed(rows: readonly Found[]): Promise<readonly ListedMessage[]> {
  const messages = rows.map(({ recovery, fact }) => {
    return { recovery, message: recovery.ledger.index.message(fact.eventId) };
  });
  const wanted = new Map<Ledger, Set<number>>();
  for (const { recovery, message } of messages) {
    if (message === undefined) continue;
    const revisions = wanted.get(recovery.ledger) ?? new Set();
    wanted.set(recovery.ledger, revisions.add(message.parkedAt).add(message.saidAt));
  }
  const entries = new Map<Ledger, ReadonlyMap<number, DatedEntry>>();
  for (const [ledger, revisions] of wanted) entries.set(ledger, await readEntries(ledger, revisions));
  return messages.flatMap(({ recovery, message }): readonly ListedMessage[] => {
    if (message === undefined) return [];
    const failure = entries.get(recovery.ledger)?.get(message.parkedAt);
    const said = entries.get(recovery.ledger)?.get(message.saidAt);
    if (failure === undefined || !isParked(failure.event)) return [];
    const resolved = message.state === 'recovered' || message.state === 'discarded';
    return [
      {
        recovery,
        message,
        facts: failure.event.data,
        resolvedAt: resolved ? said?.occurredAt : undefined,
        discarded: said !== undefined && isDiscarded(said.event) ? said.event.data : undefined,
      },
    ];
  });
}

/** What the error of a failure said; undefined where the ledger tells of no failure at this revision. */
export async function lastErrorAt(ledger: Ledger, parkedAt: number): Promise<string | undefined> {
  for await (const { event } of ledger.entriesAt([parkedAt]))
    if (isParked(event)) return event.data.error.message;
  return undefined;
}

async function readEntries(ledger: Ledger, revisions: Iterable<number>) {
  const entries = new Map<number, DatedEntry>();
  const ascending = [...revisions].sort((one, other) => one - other);
  for await (const entry of ledger.entriesAt(ascending)) entries.set(entry.revision, entry);
  return entries;
}
