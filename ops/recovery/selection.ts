import { isOneOf, type MessageOf } from '../../shared-contracts/messages/define-message.ts';
import { MessageParked } from '../../shared-contracts/messages/failure-events.ts';
import {
  type FailureFilter,
  MOST_NAMED,
  type ReplaySelection,
} from '../../shared-contracts/messages/replay-selection.ts';
import { redact } from '../../shared-contracts/runtime/redact.ts';
import type { FailedMessage } from './failed-message.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { NotPossible } from './not-possible.ts';

/** What the ledger says about a failure. */
export type ParkedFacts = MessageOf<typeof MessageParked>['data'];

/** A message that is meant, as it stands now, with its last failure. */
export type Selected = { readonly message: FailedMessage; readonly facts: ParkedFacts };

/** Which messages an operator means: these, or all that wait, if their last failure passes the filter. */
export type Wanted = { readonly messages?: readonly string[]; readonly filter?: FailureFilter };

const isParked = isOneOf([MessageParked]);

/**
 * Fixes what an operator means to what is in the ledger now: what fails later is not part of it.
 *
 * @throws NotPossible for more names than one request may have.
 */
export function freeze(index: LedgerIndex, { messages, filter = {} }: Wanted): ReplaySelection {
  if (messages !== undefined && messages.length > MOST_NAMED) {
    throw new NotPossible(`Name no more than ${MOST_NAMED} messages, or choose them by a filter.`);
  }
  const { text, ...others } = filter;
  return {
    upTo: Math.max(0, index.head),
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
  for await (const selected of failuresAt(ledger, revisionsOf(ledger.index, selection))) {
    if (matches(selected.facts, selection.filter) && isUntouched(selected.message, selection)) yield selected;
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

function revisionsOf(index: LedgerIndex, selection: ReplaySelection): Iterable<number> {
  if (selection.messages === null) return index.stillWaiting(selection.upTo);
  return selection.messages
    .map((eventId) => index.message(eventId))
    .filter((message) => message !== undefined)
    .filter((message) => isUntouched(message, selection))
    .map(({ parkedAt }) => parkedAt)
    .sort((one, other) => one - other);
}

export function matches(facts: ParkedFacts, filter: FailureFilter): boolean {
  const { error, origin, occurredAt } = facts;
  const same = (wanted: string | undefined, ...values: readonly (string | null)[]) =>
    wanted === undefined || values.includes(wanted);
  const text = filter.text?.toLowerCase();
  return (
    same(filter.eventType, origin.type) &&
    same(filter.handler, facts.handler) &&
    same(filter.error, error.name, error.code) &&
    same(filter.stream, origin.stream) &&
    same(filter.correlationId, facts.correlationId) &&
    (filter.from === undefined || Date.parse(occurredAt) >= Date.parse(filter.from)) &&
    (filter.to === undefined || Date.parse(occurredAt) < Date.parse(filter.to)) &&
    (text === undefined || [error.message, error.stack].some((part) => part.toLowerCase().includes(text)))
  );
}
