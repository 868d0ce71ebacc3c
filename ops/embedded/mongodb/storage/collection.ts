import { duplicateKey } from '../errors.ts';
import { changedFields } from '../values/raw-fields.ts';
import { DocumentReader } from '../values/read.ts';
import type { Doc } from '../values/value.ts';
import { readSize } from './collection-size.ts';
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
  /** Number of documents, those of a transaction that is under way included: for what readers see, `committedCount`. */
  count: number;
  /** Sum of their sizes in bytes. */
  bytes: number;
  /** Set while an index is built: writes wait for it. */
  building: Promise<unknown> | undefined;
  dropped = false;
  private nextRecordId: number;
  private readonly store: Store;
  private readonly reader = new DocumentReader();
  private indexed: ReadonlySet<string> | undefined;
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
    this.indexed = fieldsOf(this.indexes);
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  get committedCount(): number {
    return readSize(this.store.meta, this.id).count;
  }

  setIndexes(indexes: readonly Index[]): void {
    this.indexes = indexes;
    this.indexed = fieldsOf(indexes);
  }

  /** Within a transaction: adds a document. @throws CommandError E11000, and nothing is written then. */
  insert(bytes: Buffer): void {
    const recordId = this.nextRecordId;
    const entries = this.entriesOf(this.indexes, bytes, recordId, this.indexed);
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
    const { indexes, fields } = this.touchedIndexes(old.bytes, bytes);
    const before = this.entriesOf(indexes, old.bytes, recordId, fields);
    const after = this.entriesOf(indexes, bytes, recordId, fields);
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
    for (const { keys } of this.entriesOf(this.indexes, old.bytes, old.recordId, this.indexed)) {
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

  private entriesOf(
    indexes: readonly Index[],
    bytes: Buffer,
    recordId: number,
    fields: ReadonlySet<string> | undefined,
  ): { index: Index; keys: Buffer[] }[] {
    if (indexes.length === 0) return [];
    const doc = this.reader.read(bytes, fields);
    return indexes.map((index) => {
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

  /** The indexes whose entries may be others after a change, and what must be read to make them. */
  private touchedIndexes(before: Buffer, after: Buffer) {
    if (this.indexed === undefined) return { indexes: this.indexes, fields: undefined };
    const changed = changedFields(before, after, this.indexed);
    const indexes = this.indexes.filter(
      ({ needs }) => needs === undefined || [...needs].some((field) => changed.has(field)),
    );
    return { indexes, fields: fieldsOf(indexes) };
  }
}

/** The top-level fields that indexes are made of; undefined when one of them may need any. */
function fieldsOf(indexes: readonly Index[]): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  for (const { needs } of indexes) {
    if (needs === undefined) return undefined;
    for (const field of needs) fields.add(field);
  }
  return fields;
}

/** So many keys are compared one by one. */
const FEW = 4;

function difference(index: Index, before: readonly Buffer[], after: readonly Buffer[]) {
  const missing = (keys: readonly Buffer[], others: readonly Buffer[]): Buffer[] => {
    if (others.length <= FEW) return keys.filter((key) => !others.some((other) => other.equals(key)));
    const known = new Set(others.map((other) => other.toString('latin1')));
    return keys.filter((key) => !known.has(key.toString('latin1')));
  };
  return { index, added: missing(after, before), removed: missing(before, after) };
}
