import { duplicateKey } from '../errors.ts';
import { DocumentReader } from '../values/read.ts';
import type { Doc } from '../values/value.ts';
import type { Index } from './index-definition.ts';
import { readRecordId, recordIdBytes, recordKey } from './keys.ts';
import type { Store } from './store.ts';

/** A stored document and where it is. */
export type StoredRecord = { readonly recordId: number; readonly bytes: Buffer };

/** One collection: its documents and the entries of its indexes, always changed together. */
export class Collection {
  readonly id: number;
  readonly database: string;
  readonly uuid: Buffer;
  readonly options: Doc;
  name: string;
  indexes: readonly Index[];
  /** Number of documents. */
  count: number;
  /** Sum of their sizes in bytes. */
  bytes: number;
  /** Set while an index is built: writes wait for it. */
  building: Promise<unknown> | undefined;
  dropped = false;
  private nextRecordId: number;
  private readonly store: Store;
  private reader: DocumentReader;
  private readonly changed: (collection: Collection, what: 'size' | 'definition') => void;

  constructor(
    store: Store,
    init: {
      id: number;
      database: string;
      name: string;
      uuid: Buffer;
      options: Doc;
      indexes: readonly Index[];
      count: number;
      bytes: number;
      nextRecordId: number;
    },
    changed: (collection: Collection, what: 'size' | 'definition') => void,
  ) {
    this.store = store;
    this.id = init.id;
    this.database = init.database;
    this.name = init.name;
    this.uuid = init.uuid;
    this.options = init.options;
    this.indexes = init.indexes;
    this.count = init.count;
    this.bytes = init.bytes;
    this.nextRecordId = init.nextRecordId;
    this.changed = changed;
    this.reader = this.indexReader();
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  setIndexes(indexes: readonly Index[]): void {
    this.indexes = indexes;
    this.reader = this.indexReader();
  }

  /** Within a transaction: adds a document. @throws CommandError E11000, and nothing is written then. */
  insert(bytes: Buffer): void {
    const recordId = this.nextRecordId;
    const entries = this.entriesOf(bytes, recordId);
    for (const { index, keys } of entries) this.checkUnique(index, keys, recordId, bytes);
    this.nextRecordId += 1;
    this.store.records.put(recordKey(this.id, recordId), bytes);
    for (const { keys } of entries)
      for (const key of keys) this.store.entries.put(key, recordIdBytes(recordId));
    this.count += 1;
    this.bytes += bytes.length;
    this.changed(this, 'size');
  }

  /** Within a transaction: puts another document in the place of one. @throws CommandError E11000, nothing written. */
  replace(old: StoredRecord, bytes: Buffer): void {
    const { recordId } = old;
    const before = this.entriesOf(old.bytes, recordId);
    const after = this.entriesOf(bytes, recordId);
    const changes = after.map(({ index, keys }, i) => difference(index, before[i]?.keys ?? [], keys));
    for (const { index, added } of changes) this.checkUnique(index, added, recordId, bytes);
    for (const { added, removed } of changes) {
      for (const key of removed) this.store.entries.remove(key);
      for (const key of added) this.store.entries.put(key, recordIdBytes(recordId));
    }
    this.store.records.put(recordKey(this.id, recordId), bytes);
    this.bytes += bytes.length - old.bytes.length;
    this.changed(this, 'size');
  }

  /** Within a transaction: removes a document. */
  remove(old: StoredRecord): void {
    for (const { keys } of this.entriesOf(old.bytes, old.recordId)) {
      for (const key of keys) this.store.entries.remove(key);
    }
    this.store.records.remove(recordKey(this.id, old.recordId));
    this.count -= 1;
    this.bytes -= old.bytes.length;
    this.changed(this, 'size');
  }

  /** Within a transaction: adds the entries of one stored document to an index that is being built. */
  addEntries(index: Index, record: StoredRecord): void {
    const doc = new DocumentReader({ fields: index.needs }).read(record.bytes);
    const { keys, multikey } = index.keysOf(doc, record.recordId);
    this.checkUnique(index, keys, record.recordId, record.bytes);
    index.noteMultikey(multikey);
    for (const key of keys) this.store.entries.put(key, recordIdBytes(record.recordId));
  }

  private entriesOf(bytes: Buffer, recordId: number): { index: Index; keys: Buffer[] }[] {
    const doc = this.reader.read(bytes);
    return this.indexes.map((index) => {
      const { keys, multikey } = index.keysOf(doc, recordId);
      if (index.noteMultikey(multikey)) this.changed(this, 'definition');
      return { index, keys };
    });
  }

  private checkUnique(index: Index, keys: readonly Buffer[], recordId: number, bytes: Buffer): void {
    if (!index.spec.unique) return;
    for (const key of keys) {
      const holder = this.store.entries.getBinaryFast(key);
      if (holder === undefined || readRecordId(holder) === recordId) continue;
      const shown = index.keyValue(new DocumentReader({ fields: index.needs }).read(bytes));
      throw duplicateKey(this.namespace, index.spec.name, index.spec.key, shown);
    }
  }

  private indexReader(): DocumentReader {
    const all = this.indexes.map((index) => index.needs);
    const fields = new Set<string>();
    for (const needs of all) {
      if (needs === undefined) return new DocumentReader();
      for (const field of needs) fields.add(field);
    }
    return new DocumentReader({ fields });
  }
}

function difference(index: Index, before: readonly Buffer[], after: readonly Buffer[]) {
  const missing = (keys: readonly Buffer[], others: readonly Buffer[]): Buffer[] =>
    keys.filter((key) => !others.some((other) => other.equals(key)));
  return { index, added: missing(after, before), removed: missing(before, after) };
}
