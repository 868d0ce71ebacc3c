// One read model in the making: takes in all events of its category, in the order of the store.
import type { Db } from 'mongodb';
import {
  cursorsOf,
  type PlainDocument,
  type RevisionedDocument,
} from '../../../shared-contracts/documents/read-model.ts';
import { CodedError } from '../../../shared-contracts/errors/coded-error.ts';
import type { AnyView } from '../../views/view.ts';
import {
  type AnyLedgerView,
  type AnyStreamView,
  changed,
  changeOfStream,
  documentOf,
  factsOf,
} from '../change.ts';
import type { Passed } from '../decode-batch.ts';
import { DocumentCache } from './document-cache.ts';

/** What cannot be made goes on being asked for; more of it than this is a broken program, not a broken document. */
const MOST_BLOCKED = 1000;

class CannotBuild extends CodedError {}

/**
 * Makes the documents of a version. An event that cannot be applied blocks its document (or its ledger) as it does live:
 * the new version has the document up to there, as the present one does. Where the present one is further on, making the
 * new one would lose something, and fails.
 */
export class VersionBuilder {
  readonly #view: AnyView;
  readonly #db: Db;
  readonly #collection: string;
  readonly #present: string;
  readonly #cache: DocumentCache;
  readonly #blocked = new Set<string>();
  /** Of ledgers: how far each was read. There are as many as groups. */
  readonly #read = new Map<string, number>();

  constructor(view: AnyView, db: Db, collection: string, present: string) {
    this.#view = view;
    this.#db = db;
    this.#collection = collection;
    this.#present = present;
    this.#cache = new DocumentCache(db.collection<PlainDocument>(collection));
  }

  get view(): AnyView {
    return this.#view;
  }

  /** @throws CannotBuild where the present version has what this one cannot have. */
  async take(events: readonly Passed[]): Promise<void> {
    if (this.#view.kind === 'one-per-stream') await this.#takeStreams(this.#view, events);
    else await this.#takeLedgers(this.#view, events);
    await this.#cache.relieve();
  }

  async finish(): Promise<void> {
    await this.#cache.flush();
    const cursors = this.#db.collection<RevisionedDocument>(cursorsOf(this.#collection));
    for (const [_id, revision] of this.#read)
      await cursors.updateOne({ _id }, { $max: { revision } }, { upsert: true });
  }

  async #takeStreams(view: AnyStreamView, events: readonly Passed[]): Promise<void> {
    const ids = new Map<string, 'new' | 'known'>();
    for (const { origin } of events) {
      const id = documentOf(view, origin.stream);
      if (!ids.has(id)) ids.set(id, origin.revision === 0 ? 'new' : 'known');
    }
    await this.#cache.load(ids);
    for (const event of events) {
      const { origin, failure } = event;
      const id = documentOf(view, origin.stream);
      const document = this.#cache.get(id);
      if (this.#blocked.has(id) || (document !== undefined && document.revision >= origin.revision)) continue;
      try {
        if (failure !== undefined) throw failure;
        const next = changeOfStream(view, document, event);
        if (next === undefined && event.stored !== undefined)
          throw new Error('It cannot be the first of its stream.');
        if (next !== undefined) this.#cache.set(id, next);
      } catch (error) {
        const there = await this.#db.collection<PlainDocument>(this.#present).findOne({ _id: id });
        this.#block(id, event, there?.revision ?? -1, error);
      }
    }
  }

  async #takeLedgers(view: AnyLedgerView, events: readonly Passed[]): Promise<void> {
    const ids = new Map<string, 'known'>();
    for (const { stored } of events) {
      if (stored === undefined || !view.isEvent(stored.event)) continue;
      const id = view.documentIdOf(stored.event, factsOf(stored));
      if (id !== undefined) ids.set(id, 'known');
    }
    await this.#cache.load(ids);
    for (const event of events) {
      const { origin } = event;
      if (this.#blocked.has(origin.stream)) continue;
      try {
        await this.#takeEntry(view, event);
        this.#read.set(origin.stream, origin.revision);
      } catch (error) {
        const cursors = this.#db.collection<RevisionedDocument>(cursorsOf(this.#present));
        const there = await cursors.findOne({ _id: origin.stream });
        this.#block(origin.stream, event, there?.revision ?? -1, error);
      }
    }
  }

  async #takeEntry(view: AnyLedgerView, { origin, stored, failure }: Passed): Promise<void> {
    if (failure !== undefined) throw failure;
    if (stored === undefined || !view.isEvent(stored.event)) return;
    const facts = factsOf(stored);
    const id = view.documentIdOf(stored.event, facts);
    const next = (document: PlainDocument | undefined, documentId: string) =>
      document !== undefined && document.revision >= origin.revision
        ? undefined
        : changed(view, documentId, document, stored);
    if (id !== undefined) {
      const document = next(this.#cache.get(id), id);
      if (document !== undefined) this.#cache.set(id, document);
      return;
    }
    const where = view.documentsWhere(stored.event, facts);
    if (where === undefined) return;
    await this.#cache.changeWhere(where.field, where.value, (document) => next(document, document._id));
  }

  #block(what: string, { origin }: Passed, present: number, cause: unknown): void {
    this.#blocked.add(what);
    if (present < origin.revision && this.#blocked.size <= MOST_BLOCKED) return;
    const { stream, revision, eventId } = origin;
    const why = cause instanceof Error ? cause.message : 'unknown';
    throw new CannotBuild(
      'cannot-build',
      `Event ${eventId} (${revision}@${stream}) cannot be taken in, though the present documents have it: ${why}`,
    );
  }
}
