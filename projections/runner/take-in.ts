// From an event to a document that has taken it in.
import { type Collection, MongoServerError } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import { idOfStream } from '../../shared-contracts/messages/names.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import type { StreamView } from '../views/view.ts';

const DUPLICATE_KEY = 11000;

/**
 * Brings a document up to an event: from the revision that it has, over everything in between. What it has already taken
 * in is skipped, a gap is read from the stream, and each write says which revision it goes on from, so that of two
 * writers only one can be right. That makes redelivery, disorder and several instances harmless.
 */
export async function takeIn<Document extends PlainDocument, Event extends AnyMessage>(
  view: StreamView<Document, Event>,
  store: EventStore,
  collection: Collection<PlainDocument>,
  delivered: StoredEvent,
): Promise<void> {
  const { stream, revision: target } = delivered.origin;
  const id = idOfStream(view.category, stream);
  for (;;) {
    const known = (await collection.findOne<Document>({ _id: id })) ?? undefined;
    const from = known?.revision ?? -1;
    if (from >= target) return;
    let document = known;
    if (from === target - 1) document = change(view, id, document, delivered);
    else {
      const missing = store.read(stream, { from: from + 1, limit: target - from });
      for await (const event of missing) document = change(view, id, document, event);
    }
    if (document === undefined || document.revision !== target) {
      throw new PermanentFailure(
        'gap-in-stream',
        `The stream ${stream} does not lead up to revision ${target}.`,
      );
    }
    if (await write(collection, document, from)) return;
  }
}

/** How a stored event changes its document; one that the view does not know still counts its revision up. */
export function change<Document extends PlainDocument, Event extends AnyMessage>(
  view: StreamView<Document, Event>,
  id: string,
  document: Document | undefined,
  { event, origin, metadata }: StoredEvent,
): Document | undefined {
  const { revision } = origin;
  const { actor } = metadata;
  if (!view.isEvent(event)) return document === undefined ? undefined : { ...document, revision };
  return view.apply(document, event, { id, ...origin, actor, occurredAt: new Date(metadata.occurredAt) });
}

/** @returns false when another writer was there in between. */
async function write(
  collection: Collection<PlainDocument>,
  document: PlainDocument,
  from: number,
): Promise<boolean> {
  if (from < 0) {
    try {
      await collection.insertOne(document);
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }
  const { _id, ...rest } = document;
  const result = await collection.replaceOne({ _id, revision: from }, rest);
  return result.matchedCount === 1;
}
