// Where the store keeps what a group has parked: links to events, to links, and to links to links.
import { type RecordedEvent, StreamNotFoundError } from '@eventstore/db-client';
import { isFailedOrigin } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { MessageEdited } from '../../shared-contracts/messages/replay-events.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import type { FailedMessage } from './failed-message.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { LINK, linkTarget } from './link-target.ts';
import { readEvent } from './read-event.ts';

/** What the store puts in front of the reason that the consumer gave for parking. */
const REASON_PREFIX = "Client explicitly NAK'ed message.\n";
const MOST_HOPS = 20;

/** The links in the parked stream of a group, the oldest first. */
export async function* parkedLinks(
  store: EventStore,
  group: string,
): AsyncGenerator<RecordedEvent, void, undefined> {
  try {
    const events = store.client.readStream(streamOf.parked(group));
    for await (const { event } of eventsOf(events)) if (event !== undefined) yield event;
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
}

/** The message that a parked link is about; undefined where that cannot be found out. */
export async function messageOf(
  store: EventStore,
  index: LedgerIndex,
  parked: RecordedEvent,
): Promise<FailedMessage | undefined> {
  // The consumer's reason names the attempt, which saves reading what the link leads to.
  const attemptId = attemptIn(parked);
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
    current = await readTarget(store, current);
  }
  return undefined;
}

async function readTarget(store: EventStore, link: RecordedEvent): Promise<RecordedEvent | undefined> {
  const target = linkTarget(link);
  return target === undefined ? undefined : readEvent(store, target.stream, target.revision);
}

function attemptIn({ metadata }: RecordedEvent): string | undefined {
  const reason = fieldOf(metadata, 'reason');
  if (typeof reason !== 'string' || !reason.startsWith(REASON_PREFIX)) return undefined;
  try {
    const attemptId = fieldOf(JSON.parse(reason.slice(REASON_PREFIX.length)), 'attemptId');
    return typeof attemptId === 'string' ? attemptId : undefined;
  } catch {
    return undefined;
  }
}

/** Reads what keeps no contract of ours. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
    ? Reflect.get(value, name)
    : undefined;
}
