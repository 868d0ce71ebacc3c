import type { Db } from 'mongodb';
import { REGISTRY, type ReadModelEntry } from '../../../shared-contracts/documents/read-model.ts';
import { sharedRead } from '../../../shared-contracts/runtime/event-store/shared-read.ts';

/** What is registered of all read models, by name. */
export type Registered = ReadonlyMap<string, ReadModelEntry>;

/** Which collections there are to write. Never cached: who writes an event must know what was registered before it came. */
export type Registry = {
  /** As it stands at a moment after the call. Those who ask while it is being read share the next read. */
  read(): Promise<Registered>;
};

/** Reads `read_models`; who asks while it is read gets the next reading, which begins after they asked. */
export function createRegistry(db: Db): Registry {
  return {
    read: sharedRead(async () => {
      const entries = await db.collection<ReadModelEntry>(REGISTRY).find().toArray();
      return new Map(entries.map((entry) => [entry._id, entry]));
    }),
  };
}

/** Every collection that live events are written to. */
export function versionsOf({ collection, building, retiring }: ReadModelEntry): readonly string[] {
  const former = retiring.map((version) => version.collection);
  return [collection, ...(building === null ? [] : [building.collection]), ...former];
}
