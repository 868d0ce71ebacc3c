// The documents that a rebuild has in hand: changed in memory, written when they have not been needed for a while.
import type { Collection } from 'mongodb';
import type { PlainDocument } from '../../../shared-contracts/documents/read-model.ts';
import { writeWhole } from '../write-documents.ts';

/** One document in hand; `undefined` before its first event. */
type Held = {
  document: PlainDocument | undefined;
  /** Whether the collection has it, in some revision. */
  stored: boolean;
  changed: boolean;
};

/** At most so many documents, or as many as came of so many events, are in a generation; there are up to three. */
const MOST_DOCUMENTS = 2000;
const MOST_EVENTS = 10_000;

/**
 * Two generations: what is used moves to the young one. When that is full, what is left in the old one is written, while
 * the work goes on, and forgotten. So a document whose events lie close together is written once, in bulk with others,
 * and memory does not grow with the store.
 */
export class DocumentCache {
  readonly #collection: Collection<PlainDocument>;
  #young = new Map<string, Held>();
  #old = new Map<string, Held>();
  /** What is being written just now: until it is, the collection does not have its newest revision. */
  #leaving: ReadonlyMap<string, Held> = new Map();
  #writing: Promise<void> = Promise.resolve();
  #weight = 0;

  constructor(collection: Collection<PlainDocument>) {
    this.#collection = collection;
  }

  /** Gets all of these into hand; those that are new need not be looked for. */
  async load(ids: ReadonlyMap<string, 'new' | 'known'>): Promise<void> {
    const missing: string[] = [];
    for (const [id, kind] of ids) {
      if (this.#find(id) !== undefined) continue;
      if (kind === 'known') missing.push(id);
      else this.#young.set(id, { document: undefined, stored: false, changed: false });
    }
    if (missing.length === 0) return;
    for (const document of await this.#collection.find({ _id: { $in: missing } }).toArray()) {
      this.#hold(document);
    }
    for (const id of missing) {
      if (!this.#young.has(id)) this.#young.set(id, { document: undefined, stored: false, changed: false });
    }
  }

  /** A document in hand. */
  get(id: string): PlainDocument | undefined {
    return this.#find(id)?.document;
  }

  set(id: string, document: PlainDocument): void {
    const held = this.#find(id);
    if (held === undefined) throw new Error(`The document ${id} was not loaded.`);
    held.document = document;
    held.changed = true;
    this.#weight += 1;
  }

  /** Goes through all documents with this value, in hand or not, and puts what `change` makes of them in their place. */
  async changeWhere(
    field: string,
    value: string,
    change: (document: PlainDocument) => PlainDocument | undefined,
  ): Promise<void> {
    const touched = new Set<string>();
    const take = (id: string, document: PlainDocument) => {
      touched.add(id);
      const next = document[field] === value ? change(document) : undefined;
      if (next !== undefined) this.set(id, next);
    };
    await this.#writing;
    for (const [id, { document }] of [...this.#old, ...this.#young]) {
      if (document !== undefined) take(id, document);
    }
    for await (const document of this.#collection.find({ [field]: value })) {
      if (touched.has(document._id)) continue;
      if (this.#find(document._id) === undefined) this.#hold(document);
      take(document._id, document);
      await this.relieve();
    }
  }

  /** Writes and forgets what was not needed lately, when there is much in hand. Waits where the writing falls behind. */
  async relieve(): Promise<void> {
    if (this.#young.size < MOST_DOCUMENTS && this.#weight < MOST_EVENTS) return;
    await this.#writing;
    this.#leaving = this.#old;
    this.#old = this.#young;
    this.#young = new Map();
    this.#weight = 0;
    const writing = this.#write([...this.#leaving.values()]).then(() => {
      this.#leaving = new Map();
    });
    // Whoever waits for it next hears of a failure.
    writing.catch(() => undefined);
    this.#writing = writing;
  }

  /** Writes all that is in hand. */
  async flush(): Promise<void> {
    await this.#writing;
    await this.#write([...this.#old.values(), ...this.#young.values()]);
  }

  #find(id: string): Held | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) {
      this.#old.delete(id);
      this.#young.set(id, old);
      return old;
    }
    const leaving = this.#leaving.get(id);
    if (leaving?.document === undefined) return undefined;
    const copy = { document: leaving.document, stored: true, changed: false };
    this.#young.set(id, copy);
    return copy;
  }

  #hold(document: PlainDocument): void {
    this.#young.set(document._id, { document, stored: true, changed: false });
    this.#weight += document.revision + 1;
  }

  async #write(all: readonly Held[]): Promise<void> {
    const fresh: PlainDocument[] = [];
    const known: PlainDocument[] = [];
    for (const held of all) {
      if (!held.changed || held.document === undefined) continue;
      (held.stored ? known : fresh).push(held.document);
      held.changed = false;
      held.stored = true;
    }
    await writeWhole(this.#collection, fresh, known);
  }
}
