import { setTimeout as pause } from 'node:timers/promises';
import { type Collection, type Db, MongoClient } from 'mongodb';
import {
  collectionName,
  type NamedModel,
  type PlainDocument,
  REGISTRY,
  type ReadModel,
  type ReadModelEntry,
  type RevisionedDocument,
} from '../../documents/read-model.ts';

export type ReadModels = {
  readonly db: Db;
  /** The collection that the read model's name points at today. */
  collection<Document extends RevisionedDocument>(model: ReadModel<Document>): Promise<Collection<Document>>;
  /**
   * Waits, briefly, until a document has taken in an event that was just appended.
   *
   * @returns false when the limit has passed: the page then says that it is catching up.
   */
  reached(model: NamedModel, id: string, revision: number, limitMs?: number): Promise<boolean>;
  /** What is registered of every read model, in the order of their names. */
  registered(): Promise<readonly ReadModelEntry[]>;
  /** Fails as long as the server does not answer. */
  probe(): Promise<void>;
  /** Whether the server answers, for `/health/ready`. */
  health(): Promise<{ name: string; ok: boolean }>;
  close(): Promise<void>;
};

const POINTER_LIFE_MS = 1000;
const POLL_MS = 15;

/** Connects on first use; a server that is down fails a request after two seconds instead of holding it up. */
export function createReadModels(url: string, appName: string): ReadModels {
  const client = new MongoClient(url, { appName, serverSelectionTimeoutMS: 2000 });
  const db = client.db();
  const pointers = new Map<string, { name: string; until: number }>();

  const currentName = async (model: NamedModel): Promise<string> => {
    const known = pointers.get(model.name);
    if (known !== undefined && known.until > Date.now()) return known.name;
    const pointer = await db.collection<ReadModelEntry>(REGISTRY).findOne({ _id: model.name });
    const name = pointer?.collection ?? collectionName(model);
    pointers.set(model.name, { name, until: Date.now() + POINTER_LIFE_MS });
    return name;
  };

  return {
    db,
    collection: async <Document extends RevisionedDocument>(model: ReadModel<Document>) =>
      db.collection<Document>(await currentName(model)),
    reached: async (model, id, revision, limitMs = 1000) => {
      const collection = db.collection<PlainDocument>(await currentName(model));
      const until = Date.now() + limitMs;
      for (;;) {
        const document = await collection.findOne({ _id: id }, { projection: { revision: 1 } });
        if (document !== null && document.revision >= revision) return true;
        if (Date.now() >= until) return false;
        await pause(POLL_MS);
      }
    },
    registered: () => db.collection<ReadModelEntry>(REGISTRY).find().sort({ _id: 1 }).toArray(),
    probe: async () => {
      await db.command({ ping: 1 });
    },
    health: async () => {
      const ok = await db.command({ ping: 1 }).then(
        () => true,
        () => false,
      );
      return { name: 'read models', ok };
    },
    close: () => client.close(),
  };
}
