import { NotPossible } from '../../../shared-contracts/errors/not-possible.ts';
import { isOneOf, type MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import { MessageParked } from '../../../shared-contracts/messages/failure-events.ts';
import {
  type FailureFilter,
  MOST_NAMED,
  type ReplaySelection,
} from '../../../shared-contracts/messages/replay-selection.ts';
import { redact } from '../../../shared-contracts/runtime/redact.ts';
import type { FailedMessage } from '../ledger/failed-message.ts';
import type { FailureFact } from '../ledger/failure-facts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerIndex } from '../ledger/ledger-index.ts';
import { matcherOf } from './failure-filter.ts';

/** What the ledger says about a failure. */
export type ParkedFacts = MessageOf<typeof MessageParked>['data'];

/** A message that is meant, as it stands now, with its last failure. */
export type Selected = { readonly message: FailedMessage; readonly facts: ParkedFacts };

/** Which messages an operator means: these, or all that wait, if their last failure passes the filter. */
export type Wanted = {
  readonly messages?: readonly string[];
  readonly filter?: FailureFilter;
  /** The last entry of the ledger that counts, where that was fixed before; else its end. */
  readonly upTo?: number;
};

const isParked = isOneOf([MessageParked]);

/**
 * Fixes what an operator means to what is in the ledger now: what fails later is not part of it.
 *
 * @throws NotPossible for more names than one request may have.
 */
export function freeze(
  index: LedgerIndex,
  { messages, filter = {}, upTo = index.head }: Wanted,
): ReplaySelection {
  if (messages !== undefined && messages.length > MOST_NAMED) {
    throw new NotPossible(`Name no more than ${MOST_NAMED} messages, or choose them by a filter.`);
  }
  const { text, ...others } = filter;
  return {
    upTo: Math.max(0, Math.min(upTo, index.head)),
    messages: messages === undefined ? null : known(index, messages),
    // The ledger holds no addresses of people, and what operators look for shall not bring them in.
    filter: text === undefined ? others : { ...others, text: redact(text) },
  };
}

function known(index: LedgerIndex, messages: readonly string[]): string[] {
  const found = messages.map((eventId) => index.message(eventId)).filter((message) => message !== undefined);
  return [...new Set(found.map(({ eventId }) => eventId))];
}

/** Whether a message is still as it was when it was selected. */
export function isUntouched(message: FailedMessage, { upTo, messages }: ReplaySelection): boolean {
  if (message.saidAt > upTo) return false;
  return messages === null ? message.state === 'waiting' : message.state !== 'replaying';
}

/** The messages of a selection of which nothing was said since, in the order of their failures. */
export async function* select(
  ledger: Ledger,
  selection: ReplaySelection,
): AsyncGenerator<Selected, void, undefined> {
  for await (const selected of failuresAt(ledger, await revisionsOf(ledger, selection))) {
    if (isUntouched(selected.message, selection)) yield selected;
  }
}

/** The messages whose last failure the ledger tells of at these revisions, which must be in ascending order. */
export async function* failuresAt(
  ledger: Ledger,
  revisions: Iterable<number>,
): AsyncGenerator<Selected, void, undefined> {
  for await (const { event } of ledger.entriesAt(revisions)) {
    if (!isParked(event)) continue;
    const message = ledger.index.message(event.data.origin.eventId);
    if (message !== undefined) yield { message, facts: event.data };
  }
}

/** Where the ledger tells of the last failures of a selection, in ascending order. */
export async function revisionsOf(ledger: Ledger, selection: ReplaySelection): Promise<Uint32Array> {
  const { index, facts } = ledger;
  const { upTo, messages, filter } = selection;
  if (messages !== null) {
    const named = messages
      .map((eventId) => index.message(eventId))
      .filter((message) => message !== undefined);
    const untouched = named.filter((message) => isUntouched(message, selection));
    return Uint32Array.from(untouched, ({ parkedAt }) => parkedAt).sort();
  }
  if (Object.keys(filter).length === 0) return index.stillWaiting(upTo);
  const matches = matcherOf(filter);
  const waits = ({ row }: FailureFact) => index.stateAt(row) === 'waiting' && index.saidAt(row) <= upTo;
  // What does not match by what the ledger says may still match by the values of its event.
  await ledger.readValues(choose(facts.all(), (fact) => waits(fact) && matches(fact) === undefined));
  return Uint32Array.from(
    choose(facts.all(), (fact) => waits(fact) && matches(fact) === true),
    ({ parkedAt }) => parkedAt,
  ).sort();
}

function* choose<Item>(items: Iterable<Item>, wanted: (item: Item) => boolean): Iterable<Item> {
  for (const item of items) if (wanted(item)) yield item;
}
