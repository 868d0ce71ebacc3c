// What the streams say: documents folded from the events themselves, one after the other, by nothing that the runner uses.
import type { PlainDocument } from '../../../shared-contracts/documents/read-model.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { AnyView } from '../../views/view.ts';
import { readArrived } from '../arrived.ts';
import { type AnyLedgerView, type AnyStreamView, changed, factsOf } from '../change.ts';
import { foldStream, isBlocker } from '../fold-stream.ts';

/** The documents with these ids as they should be; one that should not be there is left out. */
export type ExpectedDocuments = (ids: readonly string[]) => Promise<ReadonlyMap<string, PlainDocument>>;

const STREAMS_AT_ONCE = 8;

/** @param streams the source streams of a view with many documents a stream; there are few of them */
export function expectedDocuments(
  store: EventStore,
  view: AnyView,
  streams: () => Promise<readonly string[]>,
): ExpectedDocuments {
  if (view.kind === 'one-per-stream') return (ids) => foldStreams(store, view, ids);
  return async (ids) => foldLedgers(store, view, await streams(), new Set(ids));
}

async function foldStreams(
  store: EventStore,
  view: AnyStreamView,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PlainDocument>> {
  const expected = new Map<string, PlainDocument>();
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const document = await foldStream(store, view, id);
      if (document !== undefined) expected.set(id, document);
    }
  };
  await Promise.all(Array.from({ length: STREAMS_AT_ONCE }, work));
  return expected;
}

async function foldLedgers(
  store: EventStore,
  view: AnyLedgerView,
  streams: readonly string[],
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, PlainDocument>> {
  const expected = new Map<string, PlainDocument>();
  for (const stream of streams) {
    try {
      for await (const { stored } of readArrived(store, view, stream, 0)) {
        if (stored === undefined || !view.isEvent(stored.event)) continue;
        const facts = factsOf(stored);
        const about = view.documentIdOf(stored.event, facts);
        const where = about === undefined ? view.documentsWhere(stored.event, facts) : undefined;
        const concerned =
          where === undefined
            ? [about].filter((id) => id !== undefined && ids.has(id))
            : [...expected.values()]
                .filter((document) => document[where.field] === where.value)
                .map(({ _id }) => _id);
        for (const id of concerned) {
          if (id === undefined) continue;
          const next = changed(view, id, expected.get(id), stored);
          if (next !== undefined) expected.set(id, next);
        }
      }
    } catch (error) {
      if (!(error instanceof Error) || !isBlocker(error)) throw error;
    }
  }
  return expected;
}
