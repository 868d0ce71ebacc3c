// How an event changes a document, for every kind of view. Pure.
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import { idOfStream } from '../../shared-contracts/messages/names.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import type { AnyView, EventFacts, LedgerView, StreamView } from '../views/view.ts';
import type { Arrived } from './arrived.ts';

export type AnyStreamView = StreamView<PlainDocument, AnyMessage>;
export type AnyLedgerView = LedgerView<PlainDocument, AnyMessage>;

/** The document of a stream. */
export function documentOf(view: AnyStreamView, stream: string): string {
  return idOfStream(view.category, stream);
}

/** The document after an event of its stream; one that the view does not know still counts its revision up. */
export function changeOfStream(
  view: AnyStreamView,
  document: PlainDocument | undefined,
  { origin, stored }: Arrived,
): PlainDocument | undefined {
  if (stored === undefined || !view.isEvent(stored.event)) {
    return document === undefined ? undefined : { ...document, revision: origin.revision };
  }
  return changed(view, documentOf(view, origin.stream), document, stored);
}

/** The document after an event that is about it. */
export function changed(
  view: AnyView,
  id: string,
  document: PlainDocument | undefined,
  stored: StoredEvent,
): PlainDocument | undefined {
  const { stream, revision, eventId, actor, occurredAt } = factsOf(stored);
  return view.apply(document, stored.event, { id, stream, revision, eventId, actor, occurredAt });
}

/** What a view sees of an event beside its data. */
export function factsOf({ origin, metadata }: StoredEvent): EventFacts {
  const { stream, revision, eventId } = origin;
  return { stream, revision, eventId, actor: metadata.actor, occurredAt: new Date(metadata.occurredAt) };
}
