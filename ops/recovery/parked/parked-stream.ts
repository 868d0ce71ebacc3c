// Where the store keeps what a group has parked: links to events, to links, and to links to links.
import type { RecordedEvent } from '@eventstore/db-client';
import { isFailedOrigin } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { MessageEdited } from '../../../shared-contracts/messages/replay-events.ts';
import { attemptInReason } from '../../../shared-contracts/runtime/consumer/message/park-reason.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { LINK, linkTarget, MOST_HOPS } from '../../../shared-contracts/runtime/event-store/links.ts';
import { recordedAt, recordedEvents } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import type { FailedMessage } from '../ledger/failed-message.ts';
import type { LedgerIndex } from '../ledger/ledger-index.ts';

/** The links in the parked stream of a group, the oldest first. */
export function parkedLinks({ client }: EventStore, group: string): AsyncIterable<RecordedEvent> {
  return recordedEvents(client, streamOf.parked(group));
}

/** The message that a parked link is about; undefined where that cannot be found out. */
export async function messageOf(
  store: EventStore,
  index: LedgerIndex,
  parked: RecordedEvent,
): Promise<FailedMessage | undefined> {
  // The consumer's reason names the attempt, which saves reading what the link leads to.
  const attemptId = attemptInReason(fieldOf(parked.metadata, 'reason'));
  const known = attemptId === undefined ? undefined : index.messageOfAttempt(attemptId);
  if (known !== undefined) return known;
  const eventId = await originIdOf(store, parked);
  return eventId === undefined ? undefined : index.message(eventId);
}

/** Follows links to the id of the event that they lead to, or to where somebody wrote down which one that is. */
async function originIdOf(store: EventStore, parked: RecordedEvent): Promise<string | undefined> {
  let current: RecordedEvent | undefined = parked;
  for (let hops = 0; hops < MOST_HOPS && current !== undefined; hops += 1) {
    if (current.type !== LINK && current.type !== MessageEdited.type) return current.id;
    const origin: unknown = fieldOf(current.type === LINK ? current.metadata : current.data, 'origin');
    if (isFailedOrigin(origin)) return origin.eventId;
    const target = linkTarget(current);
    current = target && (await recordedAt(store.client, target.stream, target.revision));
  }
  return undefined;
}

/** Reads what keeps no contract of ours. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
    ? Reflect.get(value, name)
    : undefined;
}
