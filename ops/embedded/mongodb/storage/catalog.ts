import { randomUUID } from 'node:crypto';
import { CommandError } from '../errors.ts';
import { readDocument } from '../values/read.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { writeDocument } from '../values/write.ts';
import { Collection } from './collection.ts';
import { readSize, sizeKey, writeSize } from './collection-size.ts';
import { Index, type IndexSpec } from './index-definition.ts';
import { prefix } from './keys.ts';
import { lastRecordId } from './scan.ts';
import type { Store } from './store.ts';

const NEXT_ID = Buffer.from([0]);
const GARBAGE = 2;

const metaKey = (kind: number, id: number): Buffer => Buffer.concat([Buffer.of(kind), prefix(id)]);

/** What is left on disk of a dropped collection ('records') or index ('entries'), to be swept. */
export type Garbage = { readonly id: number; readonly table: 'records' | 'entries' };

/** Which databases, collections and indexes there are. Every change is made within a transaction of the store. */
export class Catalog {
  private readonly store: Store;
  private readonly databases = new Map<string, Map<string, Collection>>();
  private nextId: number;

  constructor(store: Store) {
    this.store = store;
    this.nextId = store.meta.getBinary(NEXT_ID)?.readUInt32BE(0) ?? 1;
    for (const { key, value } of store.catalog.getRange({})) {
      const [database = '', name = ''] = key.toString('utf8').split('\0');
      this.adopt(this.load(database, name, readDocument(value)));
    }
  }

  databaseNames(): string[] {
    return [...this.databases.keys()].sort();
  }

  collections(database: string): Collection[] {
    const all = [...(this.databases.get(database)?.values() ?? [])];
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  allCollections(): Collection[] {
    return this.databaseNames().flatMap((database) => this.collections(database));
  }

  find(database: string, name: string): Collection | undefined {
    return this.databases.get(database)?.get(name);
  }

  /** The collection, made when it is not there yet. */
  findOrCreate(database: string, name: string, options: Doc = {}): Collection {
    const found = this.find(database, name);
    if (found) return found;
    checkNamespace(database, name);
    const id = this.takeId();
    const collection = new Collection(
      this.store,
      {
        id,
        database,
        name,
        uuid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
        options,
        indexes: [new Index(this.idIndex(), [])],
        count: 0,
        bytes: 0,
        nextRecordId: 1,
      },
      this.changed,
    );
    this.adopt(collection);
    this.save(collection);
    return collection;
  }

  drop(collection: Collection): void {
    this.forget(collection);
    collection.dropped = true;
    this.store.meta.remove(sizeKey(collection.id));
    this.markGarbage({ id: collection.id, table: 'records' });
    for (const index of collection.indexes) this.markGarbage({ id: index.spec.id, table: 'entries' });
  }

  rename(collection: Collection, name: string): void {
    checkNamespace(collection.database, name);
    this.forget(collection);
    collection.name = name;
    this.adopt(collection);
    this.save(collection);
  }

  /** Gives an index its number, and marks it as garbage until `setIndexes` names it: a crash before that leaves no trace. */
  newIndex(spec: Omit<IndexSpec, 'id'>): Index {
    const index = new Index({ ...spec, id: this.takeId() }, []);
    this.markGarbage({ id: index.spec.id, table: 'entries' });
    return index;
  }

  setIndexes(collection: Collection, indexes: readonly Index[]): void {
    for (const index of collection.indexes) {
      if (!indexes.some((kept) => kept.spec.id === index.spec.id)) {
        this.markGarbage({ id: index.spec.id, table: 'entries' });
      }
    }
    for (const index of indexes) this.store.meta.remove(metaKey(GARBAGE, index.spec.id));
    collection.setIndexes(indexes);
    this.save(collection);
  }

  garbage(): Garbage[] {
    const range = { start: Buffer.of(GARBAGE), end: Buffer.of(GARBAGE + 1), limit: 100 };
    return Array.from(this.store.meta.getRange(range), ({ key, value }) => ({
      id: key.readUInt32BE(1),
      table: value.toString() === 'records' ? 'records' : 'entries',
    }));
  }

  swept(garbage: Garbage): void {
    this.store.meta.remove(metaKey(GARBAGE, garbage.id));
  }

  private markGarbage(garbage: Garbage): void {
    this.store.meta.put(metaKey(GARBAGE, garbage.id), Buffer.from(garbage.table));
  }

  private idIndex(): IndexSpec {
    return { id: this.takeId(), name: '_id_', key: { _id: 1 }, unique: true, sparse: false };
  }

  private takeId(): number {
    const id = this.nextId;
    this.nextId += 1;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.nextId);
    this.store.meta.put(NEXT_ID, bytes);
    return id;
  }

  private adopt(collection: Collection): void {
    const database = this.databases.get(collection.database) ?? new Map<string, Collection>();
    database.set(collection.name, collection);
    this.databases.set(collection.database, database);
  }

  private forget(collection: Collection): void {
    const database = this.databases.get(collection.database);
    database?.delete(collection.name);
    if (database?.size === 0) this.databases.delete(collection.database);
    this.store.catalog.remove(catalogKey(collection));
  }

  private save(collection: Collection): void {
    const { id, uuid, options } = collection;
    const indexes = collection.indexes.map((index) => ({
      ...index.spec,
      multikey: [...index.multikeyFields],
    }));
    this.store.catalog.put(
      catalogKey(collection),
      writeDocument({ id, uuid: uuid.toString('hex'), options, indexes }),
    );
  }

  private readonly changed = (collection: Collection, what: 'size' | 'definition'): void => {
    if (what === 'definition') {
      this.save(collection);
      return;
    }
    writeSize(this.store.meta, collection.id, collection);
  };

  private load(database: string, name: string, doc: Doc): Collection {
    const id = Number(doc.id);
    const specs = Array.isArray(doc.indexes) ? doc.indexes : [];
    return new Collection(
      this.store,
      {
        id,
        database,
        name,
        uuid: Buffer.from(String(doc.uuid), 'hex'),
        options: isDoc(doc.options) ? doc.options : {},
        indexes: specs.map(({ multikey, ...spec }) => new Index(spec, multikey)),
        ...readSize(this.store.meta, id),
        nextRecordId: lastRecordId(this.store, id) + 1,
      },
      this.changed,
    );
  }
}

const catalogKey = (collection: Collection): Buffer =>
  Buffer.from(`${collection.database}\0${collection.name}`, 'utf8');

function checkNamespace(database: string, name: string): void {
  const namespace = `${database}.${name}`;
  const wrong =
    name === '' ||
    name.startsWith('.') ||
    name.startsWith('system.') ||
    /[$\0]/.test(name) ||
    !/^[^/\\. "$\0]{1,63}$/.test(database) ||
    Buffer.byteLength(namespace) > 255;
  if (wrong) throw new CommandError(73, `Invalid namespace specified '${namespace}'`);
}
