// What stands at a place of a stream, as operators may see it: links are followed, and what is personal or secret is hidden.
import type { RecordedEvent } from '@eventstore/db-client';
import { type EventMetadata, metadataCheck } from '../../shared-contracts/messages/metadata.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { LINK, linkTarget, MOST_HOPS } from '../../shared-contracts/runtime/event-store/links.ts';
import { recordedAt } from '../../shared-contracts/runtime/event-store/recorded-events.ts';
import { type ShownEvent, showEvent } from '../recovery/show-event.ts';

/** Where something stands in a stream. */
export type Place = { readonly stream: string; readonly revision: number };

/** An event as it is shown among others of its stream, of the store or of a conversation. */
export type ObservedEvent = Omit<ShownEvent, 'problem' | 'hidden'> & {
  /** Undefined for events that are not ours. */
  readonly ours: EventMetadata | undefined;
  /** Why the data is shown as it is stored; undefined where its contract was kept, and for the store's own events. */
  readonly notDecoded: string | undefined;
};

/** What stands at a place of a stream: an event, or a link and what it leads to. */
export type ObservedEntry = {
  readonly at: Place;
  readonly isLink: boolean;
  /** Undefined where a link leads to what no longer exists. */
  readonly event: ObservedEvent | undefined;
};

const isOurs = metadataCheck();

/** Follows a link, also one to a link, to the event that is meant. */
export async function observeEntry(
  store: EventStore,
  found: { readonly event?: RecordedEvent; readonly link?: RecordedEvent },
): Promise<ObservedEntry | undefined> {
  const first = found.link ?? found.event;
  if (first === undefined) return undefined;
  let current = found.event;
  for (let hops = 0; hops < MOST_HOPS && current?.type === LINK; hops += 1) {
    const target = linkTarget(current);
    current = target && (await recordedAt(store.client, target.stream, target.revision));
  }
  return {
    at: { stream: first.streamId, revision: Number(first.revision) },
    isLink: first.type === LINK,
    event: current && (await observeEvent(store, current)),
  };
}

/** What an event holds, with what is personal or secret hidden. */
export async function observeEvent(store: EventStore, recorded: RecordedEvent): Promise<ObservedEvent> {
  const { problem, hidden: _hidden, ...shown } = await showEvent(store, recorded);
  const { metadata } = recorded;
  return {
    ...shown,
    metadata: metadata instanceof Uint8Array ? undefined : metadata,
    ours: isOurs(metadata) ? metadata : undefined,
    notDecoded: isOfTheStore(shown.type) ? undefined : problem,
  };
}

/** The store's own events keep no contract of ours, which is no news. */
function isOfTheStore(type: string): boolean {
  return type.startsWith('$') || type === 'SubscriptionCheckpoint';
}
