// How far a read model is behind its streams: for pages that show it, and for operators.
import {
  PersistentSubscriptionDoesNotExistError,
  type PersistentSubscriptionToAllInfo,
  type Position,
  type RecordedEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import type { Db } from 'mongodb';
import {
  cursorsOf,
  type NamedModel,
  type ReadModelEntry,
  type RevisionedDocument,
} from '../../documents/read-model.ts';
import { idOfStream } from '../../messages/names.ts';
import { isIdle } from '../consumer/is-idle.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { readFiltered } from '../event-store/filtered-read.ts';
import type { ReadModels } from './read-models.ts';

export type Freshness = {
  /** Position in the store up to which everything is taken in, as far as the group has noted it; null before the first. */
  readonly position: string | null;
  /** Milliseconds that the oldest event which is not taken in has waited; 0 where none does. */
  readonly ageMs: number;
};

/** What `freshness.hbs` shows: nothing up to a second. */
export type ShownFreshness = { readonly catchingUp: boolean; readonly behind: string | undefined };

/** Events that are looked at behind what the group has noted, which it does every few seconds. */
const LOOKED_AT = 200;
const LIFE_MS = 500;
const SHOWN_FROM_MS = 1000;

/** Tells how fresh read models are, as often as it is asked: it looks twice a second at most. */
export class FreshnessTeller {
  readonly #store: EventStore;
  readonly #readModels: ReadModels;
  readonly #known = new Map<string, { readonly told: Promise<Freshness>; readonly until: number }>();

  constructor(store: EventStore, readModels: ReadModels) {
    this.#store = store;
    this.#readModels = readModels;
  }

  of({ name }: NamedModel): Promise<Freshness> {
    const known = this.#known.get(name);
    if (known !== undefined && known.until > Date.now()) return known.told;
    const told = this.#look(name);
    this.#known.set(name, { told, until: Date.now() + LIFE_MS });
    return told;
  }

  /** For a page that shows documents of these models. Where it cannot be found out, the page says that it may be behind. */
  async shown(...models: readonly NamedModel[]): Promise<ShownFreshness> {
    try {
      const all = await Promise.all(models.map((model) => this.of(model)));
      const oldest = Math.max(0, ...all.map(({ ageMs }) => ageMs));
      if (oldest <= SHOWN_FROM_MS) return { catchingUp: false, behind: undefined };
      return { catchingUp: true, behind: `${Math.round(oldest / 1000)} s` };
    } catch {
      return { catchingUp: true, behind: undefined };
    }
  }

  async #look(name: string): Promise<Freshness> {
    const entry = (await this.#readModels.registered()).find(({ _id }) => _id === name);
    return entry === undefined
      ? { position: null, ageMs: 0 }
      : freshnessOf(this.#store, this.#readModels.db, entry);
  }
}

/**
 * Looks now. The store knows whether anything of the group waits; only then its next events are held against the
 * documents, since the group notes only now and then what it has settled.
 */
export async function freshnessOf(store: EventStore, db: Db, entry: ReadModelEntry): Promise<Freshness> {
  const info = await groupInfo(store, entry.group);
  const settled = info?.stats.lastCheckpointedEventPosition;
  const position = settled === undefined ? null : String(settled.commit);
  const lost = entry.lostAt === null ? 0 : Date.now() - entry.lostAt.getTime();
  if (info !== undefined && isIdle(info)) return { position, ageMs: lost };
  const oldest = await oldestWaiting(store, db, entry, settled);
  const waiting = oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.created.getTime());
  return { position, ageMs: Math.max(lost, waiting) };
}

async function groupInfo(
  store: EventStore,
  group: string,
): Promise<PersistentSubscriptionToAllInfo | undefined> {
  try {
    return await store.client.getPersistentSubscriptionToAllInfo(group);
  } catch (error) {
    if (error instanceof PersistentSubscriptionDoesNotExistError) return undefined;
    throw error;
  }
}

/** The first event behind what the group has settled that is not in its document. */
async function oldestWaiting(
  store: EventStore,
  db: Db,
  entry: ReadModelEntry,
  settled: Position | undefined,
): Promise<RecordedEvent | undefined> {
  const events = await nextEvents(store, entry.category, settled);
  const ledgers = entry.kind === 'many-per-stream';
  const idOf = ({ streamId }: RecordedEvent) => (ledgers ? streamId : idOfStream(entry.category, streamId));
  const collection = db.collection<RevisionedDocument>(
    ledgers ? cursorsOf(entry.collection) : entry.collection,
  );
  const ids = [...new Set(events.map(idOf))];
  const found = await collection.find({ _id: { $in: ids } }, { projection: { revision: 1 } }).toArray();
  const revisions = new Map(found.map(({ _id, revision }) => [_id, revision]));
  return events.find((event) => Number(event.revision) > (revisions.get(idOf(event)) ?? -1));
}

async function nextEvents(
  { client }: EventStore,
  category: string,
  settled: Position | undefined,
): Promise<readonly RecordedEvent[]> {
  const filter = streamNameFilter({ prefixes: [category] });
  const events: RecordedEvent[] = [];
  for await (const event of readFiltered(client, filter, { from: settled, readAhead: LOOKED_AT }))
    if (events.push(event) === LOOKED_AT) break;
  return events;
}
