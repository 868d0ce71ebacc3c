// From events to documents, for views with one document a stream.
import type { Collection } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { type Arrived, groupBy, lastOf, readArrived, spansOf } from './arrived.ts';
import { type AnyStreamView, changeOfStream, documentOf } from './change.ts';
import { type Write, writeOver } from './write-documents.ts';

/**
 * Folds the events of each document in memory and writes all documents at once, each guarded by the revision that it goes
 * on from. Where a guard did not hold, a document was missing, or its events do not follow on what it has, each document
 * is brought up by itself, which heals gaps and skips what is there.
 */
export async function takeInStreams(
  view: AnyStreamView,
  store: EventStore,
  collection: Collection<PlainDocument>,
  events: readonly Arrived[],
): Promise<void> {
  const ofDocuments = groupBy(events, ({ origin }) => documentOf(view, origin.stream));
  const found = await collection.find({ _id: { $in: [...ofDocuments.keys()] } }).toArray();
  const documents = new Map(found.map((document) => [document._id, document]));
  const writes: Write[] = [];
  const singly: (readonly Arrived[])[] = [];
  for (const [id, ofDocument] of ofDocuments) {
    const known = documents.get(id);
    const next = fold(view, known, ofDocument);
    if (next === undefined) singly.push(ofDocument);
    else if (next !== known) writes.push({ document: next, from: known?.revision ?? -1 });
  }
  const held = await writeOver(collection, writes, spansOf(events));
  for (const ofDocument of held ? singly : ofDocuments.values()) {
    await bringUpTo(view, store, collection, ofDocument);
  }
}

/** The document with the events taken in; undefined where they do not follow on it. */
function fold(
  view: AnyStreamView,
  known: PlainDocument | undefined,
  events: readonly Arrived[],
): PlainDocument | undefined {
  let document = known;
  for (const event of events) {
    const revision = document?.revision ?? -1;
    if (event.origin.revision <= revision) continue;
    if (event.origin.revision > revision + 1) return undefined;
    document = changeOfStream(view, document, event);
    if (document === undefined) return undefined;
  }
  return document;
}

/**
 * Brings a document up to the last of some events of its stream, from the revision that it has, by what its stream says. What
 * it has already taken in is skipped, and of two writers only one can be right: redelivery, disorder and several instances are
 * harmless.
 */
async function bringUpTo(
  view: AnyStreamView,
  store: EventStore,
  collection: Collection<PlainDocument>,
  events: readonly Arrived[],
): Promise<void> {
  const { stream, revision: target } = lastOf(events);
  const id = documentOf(view, stream);
  for (;;) {
    const known = (await collection.findOne({ _id: id })) ?? undefined;
    const from = known?.revision ?? -1;
    if (from >= target) return;
    let document = known;
    let last: Arrived | undefined;
    for await (const event of readArrived(store, view, stream, from + 1, target - from)) {
      document = changeOfStream(view, document, event);
      last = event;
    }
    // Nothing but types that nobody hears: there is no document yet, and nothing to write.
    if (document === undefined && last?.origin.revision === target && last.stored === undefined) return;
    if (document === undefined || document.revision !== target) {
      throw new PermanentFailure(
        'gap-in-stream',
        `The stream ${stream} does not lead up to revision ${target}.`,
      );
    }
    if (await writeOver(collection, [{ document, from }], spansOf(events))) return;
  }
}
