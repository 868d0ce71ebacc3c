import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { openDataFolder } from '../../shared/data-folder.ts';

const FORMAT_VERSION = 2;

export type Table = Database<Buffer, Buffer>;

/** The files of the node: tables with binary keys and values in one LMDB environment. */
export type Store = {
  /** `{database}\0{collection}` → what the collection is, and its indexes. */
  readonly catalog: Table;
  /** Collection id, record id → document. */
  readonly records: Table;
  /** Index id, encoded values (and record id, unless unique) → record id. */
  readonly entries: Table;
  /** Counters, sizes of collections, what is still to be swept. */
  readonly meta: Table;
  /**
   * Runs a job in a write transaction and resolves when its writes are on disk. Jobs of one turn share a commit, so a job
   * that throws does not undo what it wrote before: check first, then write.
   */
  write<T>(job: () => T): Promise<T>;
  close(): Promise<void>;
};

export async function openStore(dir: string): Promise<Store> {
  await openDataFolder(dir, 'mongodb', FORMAT_VERSION);
  const encoding = { keyEncoding: 'binary', encoding: 'binary', cache: false } as const;
  const root: RootDatabase<Buffer, Buffer> = open({ path: join(dir, 'data.lmdb'), maxDbs: 8, ...encoding });
  const table = (name: string): Table => root.openDB<Buffer, Buffer>({ name, ...encoding });
  return {
    catalog: table('catalog'),
    records: table('records'),
    entries: table('entries'),
    meta: table('meta'),
    async write(job) {
      const result = await root.transaction(job);
      await root.flushed;
      return result;
    },
    async close() {
      await root.flushed;
      await root.close();
    },
  };
}
