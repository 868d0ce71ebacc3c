// From many events to their documents, with one write for each document.
import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import { idOfStream } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import type { StreamView } from '../views/view.ts';
import { change, takeIn } from './take-in.ts';

const DUPLICATE_KEY = 11000;

/**
 * Folds the events of each document in memory and writes all documents at once, each guarded by the revision that it goes
 * on from. Where a guard did not hold, a document was missing, or its events do not follow on what it has, the events of
 * the batch are taken in one by one, which heals gaps and skips what is there.
 */
export async function takeInBatch<Document extends PlainDocument, Event extends AnyMessage>(
  view: StreamView<Document, Event>,
  store: EventStore,
  collection: Collection<PlainDocument>,
  events: readonly StoredEvent[],
): Promise<void> {
  const byDocument = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const id = idOfStream(view.category, event.origin.stream);
    const known = byDocument.get(id);
    if (known === undefined) byDocument.set(id, [event]);
    else known.push(event);
  }
  const found = await collection.find<Document>({ _id: { $in: [...byDocument.keys()] } }).toArray();
  const documents = new Map(found.map((document) => [document._id, document]));
  const writes: AnyBulkWriteOperation<PlainDocument>[] = [];
  const singly: StoredEvent[] = [];
  for (const [id, ofDocument] of byDocument) {
    const known = documents.get(id);
    const next = fold(view, id, known, ofDocument);
    if (next === undefined) singly.push(...ofDocument);
    else if (next !== known) writes.push(guarded(known, next));
  }
  const wanted = writes.length === 0 || (await writeAll(collection, writes));
  for (const event of wanted ? singly : events) await takeIn(view, store, collection, event);
}

/** The document with the events taken in; undefined where they do not follow on it. */
function fold<Document extends PlainDocument, Event extends AnyMessage>(
  view: StreamView<Document, Event>,
  id: string,
  known: Document | undefined,
  events: readonly StoredEvent[],
): Document | undefined {
  let document = known;
  for (const event of events) {
    const revision = document?.revision ?? -1;
    if (event.origin.revision <= revision) continue;
    if (event.origin.revision > revision + 1) return undefined;
    document = change(view, id, document, event);
    if (document === undefined) return undefined;
  }
  return document;
}

function guarded(
  known: PlainDocument | undefined,
  next: PlainDocument,
): AnyBulkWriteOperation<PlainDocument> {
  if (known === undefined) return { insertOne: { document: next } };
  const { _id, ...replacement } = next;
  return { replaceOne: { filter: { _id, revision: known.revision }, replacement } };
}

/** @returns whether every guard held. */
async function writeAll(
  collection: Collection<PlainDocument>,
  writes: readonly AnyBulkWriteOperation<PlainDocument>[],
): Promise<boolean> {
  try {
    const { insertedCount, matchedCount } = await collection.bulkWrite([...writes], { ordered: false });
    return insertedCount + matchedCount === writes.length;
  } catch (error) {
    if (error instanceof MongoBulkWriteError && error.code === DUPLICATE_KEY) return false;
    throw error;
  }
}
