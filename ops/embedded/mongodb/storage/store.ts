import { type Database, open, type RootDatabase } from 'lmdb';
import { copyTable, LmdbFile } from '../../shared/lmdb-file.ts';

export type Table = Database<Buffer, Buffer>;

type Tables = {
  /** `{database}\0{collection}` → what the collection is, and its indexes. */
  readonly catalog: Table;
  /** Collection id, record id → document. */
  readonly records: Table;
  /** Index id, encoded values (and record id, unless unique) → record id. */
  readonly entries: Table;
  /** Counters, sizes of collections, what is still to be swept. */
  readonly meta: Table;
};

/**
 * The files of the node: tables with binary keys and values in one LMDB environment. The tables are others after a
 * compaction: whoever reads on later asks for them again.
 */
export type Store = Tables & {
  /**
   * Runs a job in a write transaction and resolves when its writes are on disk. Jobs of one turn share a commit, so a job
   * that throws does not undo what it wrote before: check first, then write.
   */
  write<T>(job: () => T): Promise<T>;
  /** Writes the file anew, without a trace of what was removed; writes wait meanwhile. */
  compact(): Promise<void>;
  /** Where the file is. */
  path(): string;
  close(): Promise<void>;
};

export async function openStore(dir: string): Promise<Store> {
  const encoding = { keyEncoding: 'binary', encoding: 'binary', cache: false } as const;
  const file = await LmdbFile.open({
    dir,
    name: 'data.lmdb',
    openRoot: (path): RootDatabase<Buffer, Buffer> => open({ path, maxDbs: 8, ...encoding }),
    openTables: (root): Tables => {
      const table = (name: string): Table => root.openDB<Buffer, Buffer>({ name, ...encoding });
      return {
        catalog: table('catalog'),
        records: table('records'),
        entries: table('entries'),
        meta: table('meta'),
      };
    },
    copy: async (from, to) => {
      for (const name of ['catalog', 'records', 'entries', 'meta'] as const)
        await copyTable(from[name], to[name]);
    },
  });
  return {
    get catalog() {
      return file.tables.catalog;
    },
    get records() {
      return file.tables.records;
    },
    get entries() {
      return file.tables.entries;
    },
    get meta() {
      return file.tables.meta;
    },
    write: (job) => file.write(job),
    compact: () => file.compact(),
    path: () => file.path,
    close: () => file.close(),
  };
}
