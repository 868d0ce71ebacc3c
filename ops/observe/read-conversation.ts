import { BACKWARDS, END, StreamNotFoundError } from '@eventstore/db-client';
import { metadataCheck } from '../../shared-contracts/messages/metadata.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { type ObservedEvent, observeEntry, observeEvent } from './observed-event.ts';

export type FoundConversation = {
  /** In the order they were written. */
  readonly events: readonly ObservedEvent[];
  /** There are more events than are shown. */
  readonly more: boolean;
  /** Links of the conversation that lead to what no longer exists. */
  readonly gone: number;
  /** How it was found where the store keeps no stream of each conversation: only the newest events were looked at. */
  readonly search:
    | {
        readonly lookedAt: number;
        readonly reached: Date | undefined;
        /** Everything was looked at, so nothing can be missing. */
        readonly complete: boolean;
      }
    | undefined;
};

const MOST_EVENTS = 500;
const LOOKED_AT = 20_000;
const MOST_LOOKED_AT = 400_000;

const isOurs = metadataCheck();

/**
 * Finds a conversation by the stream that the store's `$by_correlation_id` keeps, or else by looking through the newest
 * events, back to a moment.
 *
 * @param search how far to look: `times` a portion, and not before `since`.
 */
export async function readConversation(
  store: EventStore,
  correlationId: string,
  search: { readonly times: number; readonly since: Date | undefined },
): Promise<FoundConversation> {
  return (await readIndexed(store, correlationId)) ?? (await lookBack(store, correlationId, search));
}

async function readIndexed(store: EventStore, correlationId: string): Promise<FoundConversation | undefined> {
  const events: ObservedEvent[] = [];
  let gone = 0;
  let more = false;
  try {
    const options = { maxCount: MOST_EVENTS + 1, resolveLinkTos: true };
    for await (const resolved of eventsOf(store.client.readStream(`$bc-${correlationId}`, options))) {
      if (events.length === MOST_EVENTS) more = true;
      const entry = more ? undefined : await observeEntry(store, resolved);
      if (entry?.event !== undefined) events.push(entry.event);
      else if (entry !== undefined) gone += 1;
    }
  } catch (error) {
    if (error instanceof StreamNotFoundError) return undefined;
    throw error;
  }
  return { events, more, gone, search: undefined };
}

async function lookBack(
  store: EventStore,
  correlationId: string,
  { times, since }: { readonly times: number; readonly since: Date | undefined },
): Promise<FoundConversation> {
  const limit = Math.min(LOOKED_AT * times, MOST_LOOKED_AT);
  const events: ObservedEvent[] = [];
  let lookedAt = 0;
  let reached: Date | undefined;
  let early = false;
  const read = store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: limit });
  for await (const { event } of eventsOf(read)) {
    if (event === undefined) continue;
    early = since !== undefined && event.created < since;
    if (early) break;
    lookedAt += 1;
    reached = event.created;
    if (!isOurs(event.metadata) || event.metadata.$correlationId !== correlationId) continue;
    events.push(await observeEvent(store, event));
    if (events.length === MOST_EVENTS) break;
  }
  const more = events.length === MOST_EVENTS;
  const complete = !more && !early && lookedAt < limit;
  return { events: events.reverse(), more, gone: 0, search: { lookedAt, reached, complete } };
}
