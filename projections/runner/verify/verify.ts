// Holds the documents of read models against what the streams say. Memory does not grow with either.
import { setTimeout as pause } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { collectionName, type PlainDocument } from '../../../shared-contracts/documents/read-model.ts';
import { idOfStream } from '../../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { AnyView } from '../../views/view.ts';
import { factsOf } from '../change.ts';
import type { Registry } from '../collections/registry.ts';
import { decodeBatch } from '../decode-batch.ts';
import { readHead, readToHead } from '../read-to-head.ts';
import { compare, type Difference, mayPass } from './compare.ts';
import { type ExpectedDocuments, expectedDocuments } from './expected-documents.ts';

export type VerifyDeps = { readonly store: EventStore; readonly db: Db; readonly registry: Registry };

/** What was looked at, and how many differences were told. */
export type Verified = { readonly documents: number; readonly differences: number };

const STREAM_DOCUMENTS_AT_ONCE = 500;
/** Each portion takes a reading of all ledgers. */
const LEDGER_DOCUMENTS_AT_ONCE = 5000;
const PATIENCE_MS = 5000;
const LOOK_AGAIN_MS = 250;

/**
 * Tells every difference. A document that is only behind is looked at again for a while: events may be on their way.
 *
 * @param tell called with each difference as it is found
 */
export async function verifyModel(
  deps: VerifyDeps,
  view: AnyView,
  tell: (difference: Difference) => void,
): Promise<Verified> {
  const { store, db, registry } = deps;
  const { name } = view.model;
  const portion = view.kind === 'one-per-stream' ? STREAM_DOCUMENTS_AT_ONCE : LEDGER_DOCUMENTS_AT_ONCE;
  const expected = expectedDocuments(store, view, () => sourceStreams(store, view));
  const documents = async () => {
    const entry = (await registry.read()).get(name);
    return db.collection<PlainDocument>(entry?.collection ?? collectionName(view.model));
  };
  let looked = 0;
  let differences = 0;
  const check = async (ids: readonly string[]) => {
    looked += ids.length;
    const left = await lookLonger((some) => compareSome(name, documents, expected, some), ids);
    differences += left.length;
    for (const difference of left) tell(difference);
  };
  for await (const ids of documentIds(documents, portion)) await check(ids);
  for await (const ids of sourceIds(store, view, portion)) {
    const found = await (await documents())
      .find({ _id: { $in: [...ids] } }, { projection: { _id: 1 } })
      .toArray();
    const there = new Set(found.map(({ _id }) => _id));
    const missing = ids.filter((id) => !there.has(id));
    if (missing.length > 0) await check(missing);
  }
  return { documents: looked, differences };
}

async function compareSome(
  model: string,
  documents: () => Promise<Collection<PlainDocument>>,
  expected: ExpectedDocuments,
  ids: readonly string[],
): Promise<readonly Difference[]> {
  const found = await (await documents()).find({ _id: { $in: [...ids] } }).toArray();
  const known = new Map(found.map((document) => [document._id, document]));
  const wanted = await expected(ids);
  return ids.flatMap((id) => compare(model, id, known.get(id), wanted.get(id)) ?? []);
}

async function lookLonger(
  look: (ids: readonly string[]) => Promise<readonly Difference[]>,
  ids: readonly string[],
): Promise<readonly Difference[]> {
  const until = performance.now() + PATIENCE_MS;
  const final: Difference[] = [];
  let some = ids;
  for (;;) {
    const found = await look(some);
    final.push(...found.filter((difference) => !mayPass(difference)));
    const passing = found.filter(mayPass);
    if (passing.length === 0 || performance.now() > until) return [...final, ...passing];
    some = passing.map(({ id }) => id);
    await pause(LOOK_AGAIN_MS);
  }
}

/** All ids that there are, in portions. */
async function* documentIds(
  documents: () => Promise<Collection<PlainDocument>>,
  portion: number,
): AsyncGenerator<readonly string[], void> {
  let after = '';
  for (;;) {
    const collection = await documents();
    const page = collection.find({ _id: { $gt: after } }, { projection: { _id: 1 } });
    const ids = (await page.sort({ _id: 1 }).limit(portion).toArray()).map(({ _id }) => _id);
    if (ids.length > 0) yield ids;
    if (ids.length < portion) return;
    after = ids.at(-1) ?? after;
  }
}

/** All ids that the streams tell of, in portions; an id may come more than once. */
async function* sourceIds(
  store: EventStore,
  view: AnyView,
  portion: number,
): AsyncGenerator<readonly string[], void> {
  const heard = new Set(view.events.map(({ type }) => type));
  let ids = new Set<string>();
  for await (const { events } of readToHead(store.client, [view.category], await readHead(store.client))) {
    if (view.kind === 'one-per-stream') {
      for (const { revision, streamId } of events) {
        if (revision === 0n) ids.add(idOfStream(view.category, streamId));
      }
    } else {
      for (const { stored } of await decodeBatch(store.codec, heard, events)) {
        if (stored === undefined || !view.isEvent(stored.event)) continue;
        const id = view.documentIdOf(stored.event, factsOf(stored));
        if (id !== undefined) ids.add(id);
      }
    }
    if (ids.size < portion) continue;
    yield [...ids];
    ids = new Set();
  }
  if (ids.size > 0) yield [...ids];
}

async function sourceStreams(store: EventStore, view: AnyView): Promise<readonly string[]> {
  const streams = new Set<string>();
  for await (const { events } of readToHead(store.client, [view.category], await readHead(store.client))) {
    for (const { revision, streamId } of events) if (revision === 0n) streams.add(streamId);
  }
  return [...streams];
}
