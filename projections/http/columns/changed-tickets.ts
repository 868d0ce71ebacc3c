// Which tickets something has happened to since a position of the store: for those their documents are read again.
import {
  PersistentSubscriptionDoesNotExistError,
  type Position,
  type RecordedEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import { isOneOf } from '../../../shared-contracts/messages/define-message.ts';
import { FAILURE_EVENTS } from '../../../shared-contracts/messages/failure-events.ts';
import { categoryOf, GROUPS, idOfStream, streamOf } from '../../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { readFiltered } from '../../../shared-contracts/runtime/event-store/filtered-read.ts';
import { lastRecorded } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';

type Store = Pick<EventStore, 'client' | 'codec'>;

export type Changes = {
  /** The revision that the document of each ticket comes to. */
  readonly revisions: ReadonlyMap<string, number>;
  /** Where to look on from. */
  readonly position: Position | undefined;
  /** Whether that is all there is. */
  readonly caughtUp: boolean;
};

const GROUP = GROUPS.projectionsTicketMetrics.name;
const MOST_EVENTS = 5000;
/** A store that says nothing for so long is asked anew by the next look. */
const SILENCE_MS = 30_000;

/** Up to here every event is in its document, or has blocked it; undefined for the beginning. */
export async function settledPosition({ client }: Store): Promise<Position | undefined> {
  try {
    const { stats } = await client.getPersistentSubscriptionToAllInfo(GROUP);
    return stats.lastCheckpointedEventPosition;
  } catch (error) {
    if (error instanceof PersistentSubscriptionDoesNotExistError) return undefined;
    throw error;
  }
}

/**
 * Reads on, some thousand events at most. A document that was blocked may go on long after its events: the ledger of the
 * group tells when it does.
 */
export async function changedTickets(store: Store, from: Position | undefined): Promise<Changes> {
  const revisions = new Map<string, number>();
  const released = new Set<string>();
  let position = from;
  let read = 0;
  const filter = streamNameFilter({ prefixes: [categoryOf.ticket, streamOf.failures(GROUP)] });
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    for await (const event of readFiltered(store.client, filter, { from, stop: silence.signal })) {
      timer.refresh();
      if (event.streamId.startsWith(categoryOf.ticket)) {
        revisions.set(idOfStream(categoryOf.ticket, event.streamId), Number(event.revision));
      } else {
        for (const stream of await releasedBy(store, event)) released.add(stream);
      }
      position = event.position;
      read += 1;
      if (read === MOST_EVENTS) break;
    }
  } finally {
    clearTimeout(timer);
  }
  if (silence.signal.aborted) throw new Error('The event store has not said what has changed.');
  for (const stream of released) {
    const last = await lastRecorded(store.client, stream);
    if (last !== undefined) revisions.set(idOfStream(categoryOf.ticket, stream), Number(last.revision));
  }
  return { revisions, position, caughtUp: read < MOST_EVENTS };
}

/** The streams whose documents go on after having been blocked. */
async function releasedBy({ codec }: Store, event: RecordedEvent): Promise<readonly string[]> {
  if (!RELEASING.has(event.type)) return [];
  const { event: entry } = await codec.decode(event);
  if (!isFailureEvent(entry)) return [];
  if (entry.type === 'MessageRecovered') return [entry.data.origin.stream];
  return entry.type === 'StreamReleased' ? [entry.data.stream] : [];
}

const RELEASING: ReadonlySet<string> = new Set(['MessageRecovered', 'StreamReleased']);
const isFailureEvent = isOneOf(FAILURE_EVENTS);
