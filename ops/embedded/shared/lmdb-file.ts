// An LMDB file that can be written anew, so that nothing of what was removed is left on disk. LMDB itself never overwrites what
// it removes: the bytes stay in pages that are free, and in the free parts of others, until they happen to be used again.
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Key, RootDatabase } from 'lmdb';

/** Milliseconds in which whoever is reading the former file has come to its end. */
const GRACE_MS = 30_000;
const ENTRIES_OF_A_TURN = 1000;

export type LmdbFileOptions<Root extends RootDatabase<unknown, Key>, Tables> = {
  /** Folder of the node, which nobody else uses, and the name of the file in it. */
  readonly dir: string;
  readonly name: string;
  readonly openRoot: (path: string) => Root;
  readonly openTables: (root: Root) => Tables;
  /** Copies every table of one to the other, with `copyTable`. */
  readonly copy: (from: Tables, to: Tables) => Promise<void>;
};

/**
 * The tables of a node and the file that they are in. After `compact` both are others: they are to be asked for each time.
 */
export class LmdbFile<Root extends RootDatabase<unknown, Key>, Tables> {
  readonly #options: LmdbFileOptions<Root, Tables>;
  readonly #former = new Map<Root, NodeJS.Timeout>();
  #generation: number;
  #root: Root;
  #tables: Tables;
  #compacting: Promise<void> | undefined;

  private constructor(options: LmdbFileOptions<Root, Tables>, generation: number) {
    this.#options = options;
    this.#generation = generation;
    this.#root = options.openRoot(this.#pathOf(generation));
    this.#tables = options.openTables(this.#root);
  }

  /** Opens the newest file, and deletes what an interruption has left beside it. */
  static async open<Root extends RootDatabase<unknown, Key>, Tables>(
    options: LmdbFileOptions<Root, Tables>,
  ): Promise<LmdbFile<Root, Tables>> {
    const ours = (await readdir(options.dir)).filter((file) => file.startsWith(options.name));
    const generations = ours.map((file) => generationOf(options.name, file));
    const newest = Math.max(0, ...generations.filter((generation) => generation !== undefined));
    for (const [index, file] of ours.entries())
      if (generations[index] !== newest) await rm(join(options.dir, file), { force: true });
    return new LmdbFile(options, newest);
  }

  get root(): Root {
    return this.#root;
  }

  get path(): string {
    return this.#pathOf(this.#generation);
  }

  get tables(): Tables {
    return this.#tables;
  }

  /** There while the file is written anew: what is written meanwhile has to wait for it. */
  get compacting(): Promise<void> | undefined {
    return this.#compacting;
  }

  /** Runs a job in a write transaction and resolves when its writes are on disk. */
  async write<Result>(job: (tables: Tables) => Result): Promise<Result> {
    while (this.#compacting !== undefined) await this.#compacting;
    const result = await this.#root.transaction(() => job(this.#tables));
    await this.#root.flushed;
    return result;
  }

  /**
   * Writes everything that is there to a new file, which then takes the place of this one. A crash leaves the one or the other.
   * Reading goes on meanwhile; writing waits.
   */
  async compact(): Promise<void> {
    while (this.#compacting !== undefined) await this.#compacting;
    const done = this.#writeAnew();
    this.#compacting = done.then(
      () => this.#end(),
      () => this.#end(),
    );
    await done;
  }

  async close(): Promise<void> {
    await this.#compacting;
    for (const [root, timer] of this.#former) {
      clearTimeout(timer);
      await root.close();
    }
    await this.#root.flushed;
    await this.#root.close();
  }

  #end(): void {
    this.#compacting = undefined;
  }

  async #writeAnew(): Promise<void> {
    const { dir, name, openRoot, openTables, copy } = this.#options;
    // Whatever was begun before is done after this.
    await this.#root.transaction(() => undefined);
    await this.#root.flushed;
    const unfinished = join(dir, `${name}.unfinished`);
    for (const path of [unfinished, `${unfinished}-lock`]) await rm(path, { force: true });
    const fresh = openRoot(unfinished);
    await copy(this.#tables, openTables(fresh));
    await fresh.flushed;
    await fresh.close();
    const next = this.#generation + 1;
    await rename(unfinished, this.#pathOf(next));
    syncFolder(dir);

    const former = { root: this.#root, path: this.#pathOf(this.#generation) };
    this.#generation = next;
    this.#root = openRoot(this.#pathOf(next));
    this.#tables = openTables(this.#root);
    for (const path of [former.path, `${former.path}-lock`, `${unfinished}-lock`])
      await rm(path, { force: true });
    syncFolder(dir);
    const close = () => {
      this.#former.delete(former.root);
      void former.root.close();
    };
    this.#former.set(former.root, setTimeout(close, GRACE_MS).unref());
  }

  #pathOf(generation: number): string {
    const { dir, name } = this.#options;
    return join(dir, generation === 0 ? name : `${name}.${generation}`);
  }
}

/** Copies a table, giving way to others. */
export async function copyTable<Value, TableKey extends Key>(
  from: Database<Value, TableKey>,
  to: Database<Value, TableKey>,
): Promise<void> {
  let copied = 0;
  let last: Promise<unknown> | undefined;
  for (const { key, value } of from.getRange()) {
    last = to.put(key, value);
    copied += 1;
    if (copied % ENTRIES_OF_A_TURN === 0) await last;
  }
  await last;
}

/** The generation that a file belongs to, or whose lock it is; undefined for one that was not finished. */
function generationOf(name: string, file: string): number | undefined {
  const rest = file.slice(name.length).replace(/-lock$/, '');
  if (rest === '') return 0;
  const [, digits] = /^\.(\d+)$/.exec(rest) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
