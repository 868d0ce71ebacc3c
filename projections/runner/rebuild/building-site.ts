// Who makes the next versions: registered before anything is made, kept up while it goes on, given up or switched to at the end.
import { randomUUID } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { REGISTRY, type ReadModelEntry } from '../../../shared-contracts/documents/read-model.ts';
import type { AnyView } from '../../views/view.ts';
import { makeCollection, nextVersion, readCollectionIds } from '../collections/make-collection.ts';
import { type Registry, versionsOf } from '../collections/registry.ts';

/** A builder that gives no sign of life for so long is taken for dead, by another operation; milliseconds. */
const LEASE_MS = 10_000;

export type Version = { readonly view: AnyView; readonly collection: string; readonly present: string };

/** How another operation was seen building, and since when it has given no sign. */
type Seen = { readonly run: string; readonly beat: number; readonly since: number };

/**
 * The versions that one run of a rebuild makes. Each step says which run it belongs to, so that a run that was taken
 * over fails.
 */
export class BuildingSite {
  readonly #db: Db;
  readonly #registry: Registry;
  readonly #entries: Collection<ReadModelEntry>;
  readonly #operationId: string;
  readonly #returns: boolean;
  readonly #run = randomUUID();
  readonly #seen = new Map<string, Seen>();
  #versions: readonly Version[] = [];

  /** @param returns whether another run of the same operation has taken over: it is left alone as long as it moves */
  constructor(db: Db, registry: Registry, operationId: string, returns: boolean) {
    this.#returns = returns;
    this.#db = db;
    this.#registry = registry;
    this.#entries = db.collection<ReadModelEntry>(REGISTRY);
    this.#operationId = operationId;
  }

  get versions(): readonly Version[] {
    return this.#versions;
  }

  /**
   * Registers a next version of each view, then makes them.
   *
   * @returns false as long as another operation builds one of them; whatever was registered is given up again.
   */
  async open(views: readonly AnyView[]): Promise<boolean> {
    const names = [...(await readCollectionIds(this.#db)).keys()];
    const registered = await this.#registry.read();
    for (const entry of registered.values()) names.push(...versionsOf(entry));
    const versions: Version[] = [];
    for (const view of views) {
      const { name } = view.model;
      const entry = registered.get(name);
      const collection = nextVersion(name, names);
      const free = entry !== undefined && this.#isFree(entry);
      if (!free || !(await this.#take(entry, collection))) {
        await this.giveUp();
        return false;
      }
      versions.push({ view, collection, present: entry.collection });
    }
    for (const { view, collection } of versions) await makeCollection(this.#db, collection, view);
    const ids = await readCollectionIds(this.#db);
    for (const { view, collection } of versions) {
      await this.#entries.updateOne(this.#mine(view), {
        $set: { 'building.collectionId': ids.get(collection) ?? '' },
      });
    }
    this.#versions = versions;
    return true;
  }

  /** @returns false when one of the versions is no longer this run's. */
  async beat(): Promise<boolean> {
    const mine = { 'building.run': this.#run };
    const { matchedCount } = await this.#entries.updateMany(mine, { $inc: { 'building.beat': 1 } });
    return matchedCount === this.#versions.length;
  }

  /** Lets go of the versions; what was made of them is swept away. */
  async giveUp(): Promise<void> {
    await this.#entries.updateMany({ 'building.run': this.#run }, { $set: { building: null } });
  }

  /**
   * Moves the pointers to the new versions. The former ones are written for some time still.
   *
   * @returns false when one of them was taken over or dropped meanwhile.
   */
  async switchOver(): Promise<boolean> {
    const ids = await readCollectionIds(this.#db);
    const registered = await this.#registry.read();
    for (const { view, collection } of this.#versions) {
      const entry = registered.get(view.model.name);
      const id = ids.get(collection);
      if (entry?.building?.run !== this.#run || id === undefined || entry.building.collectionId !== id)
        return false;
      const { matchedCount } = await this.#entries.updateOne(
        { ...this.#mine(view), collection: entry.collection },
        {
          $set: { collection, collectionId: id, shape: view.model.version, building: null, lostAt: null },
          $push: { retiring: { collection: entry.collection, since: new Date() } },
        },
      );
      if (matchedCount === 0) return false;
    }
    return true;
  }

  #mine({ model }: AnyView) {
    return { _id: model.name, 'building.run': this.#run };
  }

  /** Nobody builds it; or this operation did, and was interrupted; or who does has not moved for long. */
  #isFree({ _id, building }: ReadModelEntry): boolean {
    if (building === null || (building.operationId === this.#operationId && !this.#returns)) return true;
    const { run, beat } = building;
    const seen = this.#seen.get(_id);
    if (seen?.run === run && seen.beat === beat) return performance.now() - seen.since > LEASE_MS;
    this.#seen.set(_id, { run, beat, since: performance.now() });
    return false;
  }

  async #take({ _id, building }: ReadModelEntry, collection: string): Promise<boolean> {
    const operationId = this.#operationId;
    const asSeen =
      building === null
        ? { building: null }
        : { 'building.run': building.run, 'building.beat': building.beat };
    const next = { collection, collectionId: '', operationId, run: this.#run, beat: 0 };
    const { matchedCount } = await this.#entries.updateOne({ _id, ...asSeen }, { $set: { building: next } });
    return matchedCount === 1;
  }
}
