// From events to documents, for views with many documents a stream.
import type { Collection, Db } from 'mongodb';
import {
  cursorsOf,
  type PlainDocument,
  type RevisionedDocument,
} from '../../shared-contracts/documents/read-model.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { traceWrite } from '../../shared-contracts/runtime/read-models/trace-write.ts';
import type { SpanReference } from '../../shared-contracts/runtime/telemetry/spans.ts';
import { type Arrived, groupBy, lastOf, readArrived, spansOf } from './arrived.ts';
import { type AnyLedgerView, changed, factsOf } from './change.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import { type Write, writeOver } from './write-documents.ts';

const EVENTS_OF_A_STEP = 500;

/** Where the documents of a version are, and how far its streams have been taken in. */
type Places = {
  readonly documents: Collection<PlainDocument>;
  readonly cursors: Collection<RevisionedDocument>;
};

/**
 * Takes in the events of each stream from where the stream's cursor is. The cursor is written after the documents: up to it
 * all of them are complete, and a document that is further on has been there before and skips what comes again. Where the
 * events do not follow on the cursor, the stream is read from there.
 */
export async function takeInLedgers(
  view: AnyLedgerView,
  store: EventStore,
  db: Db,
  collection: string,
  events: readonly Arrived[],
): Promise<void> {
  const places = {
    documents: db.collection<PlainDocument>(collection),
    cursors: db.collection<RevisionedDocument>(cursorsOf(collection)),
  };
  for (const [stream, ofStream] of groupBy(events, ({ origin }) => origin.stream)) {
    while (!(await takeInLedger(view, store, places, stream, ofStream)));
  }
}

/** @returns false when another writer was there in between: then it is to be begun again from what that one has done. */
async function takeInLedger(
  view: AnyLedgerView,
  store: EventStore,
  places: Places,
  stream: string,
  events: readonly Arrived[],
): Promise<boolean> {
  const target = lastOf(events).revision;
  let at = (await places.cursors.findOne({ _id: stream }))?.revision ?? -1;
  const missing = events.filter(({ origin }) => origin.revision > at);
  const follows = missing.every(({ origin }, index) => origin.revision === at + 1 + index);
  const source = follows ? missing : readArrived(store, view, stream, at + 1, target - at);
  const step: Arrived[] = [];
  const take = async () => {
    const from = at;
    at = step.at(-1)?.origin.revision ?? at;
    const ledTo = spansOf(step);
    const held = await applyAll(view, places.documents, step.splice(0));
    return held && (await moveCursor(places.cursors, stream, { from, to: at, ledTo }));
  };
  for await (const event of source) {
    step.push(event);
    if (step.length === EVENTS_OF_A_STEP && !(await take())) return false;
  }
  if (step.length > 0 && !(await take())) return false;
  if (at >= target) return true;
  throw new PermanentFailure('gap-in-stream', `The stream ${stream} does not lead up to revision ${target}.`);
}

/** @returns whether every document was still as it was found. */
async function applyAll(
  view: AnyLedgerView,
  documents: Collection<PlainDocument>,
  events: readonly Arrived[],
): Promise<boolean> {
  const ids = events.flatMap(({ stored }) => {
    if (stored === undefined || !view.isEvent(stored.event)) return [];
    return view.documentIdOf(stored.event, factsOf(stored)) ?? [];
  });
  const ledTo = spansOf(events);
  const found = await documents.find({ _id: { $in: [...new Set(ids)] } }).toArray();
  const known = new Map(found.map((document) => [document._id, document]));
  const before = new Map(found.map(({ _id, revision }) => [_id, revision]));
  const flush = async () => {
    const writes: Write[] = [];
    for (const [id, document] of known) {
      const from = before.get(id) ?? -1;
      if (document.revision > from) writes.push({ document, from });
      before.set(id, document.revision);
    }
    return writeOver(documents, writes, ledTo);
  };
  for (const { origin, stored } of events) {
    if (stored === undefined || !view.isEvent(stored.event)) continue;
    const facts = factsOf(stored);
    const id = view.documentIdOf(stored.event, facts);
    if (id !== undefined) {
      const document = known.get(id);
      if (document !== undefined && document.revision >= origin.revision) continue;
      const next = changed(view, id, document, stored);
      if (next !== undefined) known.set(id, next);
      continue;
    }
    const where = view.documentsWhere(stored.event, facts);
    if (where === undefined) continue;
    if (!(await flush())) return false;
    const writes: Write[] = [];
    for await (const document of documents.find({ [where.field]: where.value })) {
      if (document.revision >= origin.revision) continue;
      const next = changed(view, document._id, document, stored);
      if (next === undefined) continue;
      if (known.has(document._id)) known.set(document._id, next);
      if (before.has(document._id)) before.set(document._id, next.revision);
      writes.push({ document: next, from: document.revision });
      if (writes.length === EVENTS_OF_A_STEP && !(await writeOver(documents, writes.splice(0), ledTo)))
        return false;
    }
    if (!(await writeOver(documents, writes, ledTo))) return false;
  }
  return flush();
}

async function moveCursor(
  cursors: Collection<RevisionedDocument>,
  stream: string,
  { from, to, ledTo }: { from: number; to: number; ledTo: readonly SpanReference[] },
): Promise<boolean> {
  if (from >= 0) {
    return traceWrite(cursors, { operation: 'update', size: 1, ledTo }, async () => {
      const moved = await cursors.updateOne({ _id: stream, revision: from }, { $set: { revision: to } });
      return moved.matchedCount === 1;
    });
  }
  return traceWrite(cursors, { operation: 'insert', size: 1, ledTo }, async () => {
    try {
      await cursors.insertOne({ _id: stream, revision: to });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  });
}
