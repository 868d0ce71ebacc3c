// An event on its way into a read model, live or read back.
import type { RecordedEvent } from '@eventstore/db-client';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { recordedEvents } from '../../shared-contracts/runtime/event-store/recorded-events.ts';
import type { Origin, StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import type { SpanReference } from '../../shared-contracts/runtime/telemetry/spans.ts';
import type { AnyView } from '../views/view.ts';

/** An event of a view's streams. */
export type Arrived = {
  readonly origin: Origin;
  /** Undefined where nobody hears its type: it counts, and was not decoded. */
  readonly stored: StoredEvent | undefined;
  /** The span of handling it, where it was delivered. */
  readonly span?: SpanReference | undefined;
};

/** An event that was delivered decoded. */
export function arrivedAs(stored: StoredEvent & Partial<Pick<Envelope, 'delivery'>>): Arrived {
  return { origin: stored.origin, stored, span: stored.delivery?.span };
}

/**
 * Reads a stream as the view sees it; a stream that does not exist is empty.
 *
 * @throws NewerVersion at an event that only a newer version knows, which may change the document.
 */
export async function* readArrived(
  store: EventStore,
  view: AnyView,
  stream: string,
  from: number,
  limit?: number,
): AsyncGenerator<Arrived, void> {
  const range = { fromRevision: BigInt(from), ...(limit === undefined ? {} : { maxCount: limit }) };
  const types = new Set(view.events.map(({ type }) => type));
  for await (const event of recordedEvents(store.client, stream, range)) {
    const mustBeRead = types.has(event.type) || !store.codec.knows(event.type);
    const stored = mustBeRead ? await store.codec.decode(event) : undefined;
    yield { origin: originOf(event), stored };
  }
}

/** Where an event stands, as the consumer tells it of one that was delivered. */
export function originOf({ streamId, revision, id }: RecordedEvent): Origin {
  return { stream: streamId, revision: Number(revision), eventId: id };
}

/** The spans of handling those that were delivered. */
export function spansOf(events: readonly Arrived[]): readonly SpanReference[] {
  return events.flatMap(({ span }) => span ?? []);
}

/** Events by what they belong to, those of each in their order. */
export function groupBy<Key>(
  events: readonly Arrived[],
  keyOf: (event: Arrived) => Key,
): ReadonlyMap<Key, readonly Arrived[]> {
  const groups = new Map<Key, Arrived[]>();
  for (const event of events) {
    const key = keyOf(event);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [event]);
    else known.push(event);
  }
  return groups;
}

/** Where the newest of some events of one stream stands, whatever their order. @throws Error where there are none */
export function lastOf(events: readonly Arrived[]): Origin {
  let last: Origin | undefined;
  for (const { origin } of events) if (last === undefined || origin.revision > last.revision) last = origin;
  if (last === undefined) throw new Error('There are no events.');
  return last;
}
