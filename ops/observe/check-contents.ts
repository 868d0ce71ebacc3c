// Whether what is in the store and in MongoDB is what this version of the product expects: groups, filters, indexes,
// contracts, and the file with the master key.
import { stat } from 'node:fs/promises';
import { BACKWARDS, END } from '@eventstore/db-client';
import { MongoClient } from 'mongodb';
import { READ_MODELS } from '../../shared-contracts/documents/all-read-models.ts';
import {
  collectionName,
  REGISTRY,
  type ReadModelEntry,
} from '../../shared-contracts/documents/read-model.ts';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { plural } from '../../shared-contracts/runtime/plural.ts';
import { type Check, check } from './check.ts';
import { heardBy, readFigures } from './group-figures.ts';
import { judgeGroup } from './group-state.ts';
import { observeEvent } from './observed-event.ts';

const CONFIG_STREAM = '$persistentSubscriptionConfig';
const EVENTS_LOOKED_AT = 2000;
const MOST_NAMED = 5;

export function checkGroups(store: EventStore, groups: readonly GroupDeclaration[]): Promise<Check> {
  return check('Groups', 'Start the service of the group, and look at its log.', async () => {
    const figures = await readFigures(store, groups);
    const wrong = groups.flatMap(({ name }) => {
      const found = figures.get(name);
      if (found === undefined) return [];
      const { state, reason } = judgeGroup({ ...found, stillForMs: 0 }, undefined, 0);
      return state === 'healthy' ? [] : [`${name} is ${state}: ${reason}`];
    });
    if (wrong.length > 0) return { result: 'problem', detail: wrong.join(' ') };
    return {
      detail: groups.length === 1 ? '1 group, it is served' : `${groups.length} groups, all are served`,
    };
  });
}

/**
 * A group hears by the filter that it was made with, for ever. How the store writes filters down is its own business: what
 * is looked for is the prefixes in it.
 */
export function checkFilters(store: EventStore, groups: readonly GroupDeclaration[]): Promise<Check> {
  const advice =
    'The filter of a group cannot be changed. Give the new filter to a group of another name, then delete the old group.';
  return check('Filters', advice, async () => {
    const entries = await readGroupConfig(store);
    if (entries === undefined) return { result: 'unknown', detail: 'the store does not show its groups' };
    const wrong: string[] = [];
    for (const group of groups) {
      const entry = entries.find((each) => Reflect.get(each, 'group') === group.name);
      if (entry === undefined) continue;
      const texts = new Set(textsIn(Reflect.get(entry, 'filter')));
      const missing = heardBy(group).filter((prefix) => !texts.has(prefix));
      if (missing.length > 0) wrong.push(`${group.name} does not hear ${missing.join(', ')}.`);
    }
    if (wrong.length > 0) return { result: 'problem', detail: wrong.join(' ') };
    return { detail: 'every group hears what it should' };
  });
}

async function readGroupConfig({ client }: EventStore): Promise<readonly object[] | undefined> {
  const newest = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
  for await (const { event } of eventsOf(client.readStream(CONFIG_STREAM, newest))) {
    const entries: unknown = event && Reflect.get(Object(event.data), 'entries');
    if (Array.isArray(entries)) return entries.filter((each) => typeof each === 'object' && each !== null);
  }
  return undefined;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(',').map((text) => text.trim());
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Looks at the newest events: each must keep its contract, or be the store's own. */
export function checkContracts(store: EventStore): Promise<Check> {
  const advice =
    'A newer version of a service wrote these, or somebody else did. Update this version; look at the events under Streams.';
  return check('Contracts', advice, async (late) => {
    const read = store.client.readAll({
      direction: BACKWARDS,
      fromPosition: END,
      maxCount: EVENTS_LOOKED_AT,
    });
    const wrong: string[] = [];
    let looked = 0;
    for await (const { event } of eventsOf(read)) {
      if (late.aborted) break;
      if (event === undefined || event.type.startsWith('$') || event.streamId.startsWith('$')) continue;
      looked += 1;
      const { notDecoded } = await observeEvent(store, event);
      if (notDecoded !== undefined && wrong.length < MOST_NAMED)
        wrong.push(`${event.revision}@${event.streamId}: ${notDecoded}.`);
    }
    if (wrong.length > 0) return { result: 'problem', detail: wrong.join(' ') };
    return {
      detail: `the newest ${plural(looked, 'event keeps its contract', 'events keep their contracts')} (${CATALOGUE.size} are known)`,
    };
  });
}

export function checkIndexes(mongoUrl: string): Promise<Check> {
  return check(
    'Indexes',
    'The projections service makes them at its start: start it again, and look at its log.',
    async () => {
      const client = new MongoClient(mongoUrl, { serverSelectionTimeoutMS: 4000 });
      try {
        const db = client.db();
        const missing: string[] = [];
        for (const model of READ_MODELS) {
          const pointer = await db.collection<ReadModelEntry>(REGISTRY).findOne({ _id: model.name });
          const name = pointer?.collection ?? collectionName(model);
          const there = await db
            .collection(name)
            .listIndexes()
            .toArray()
            .catch(() => []);
          const names = new Set(there.map((index) => String(index.name)));
          if (there.length === 0) missing.push(`${name} (the whole collection)`);
          else
            for (const { options } of model.indexes)
              if (!names.has(options.name)) missing.push(`${name}.${options.name}`);
        }
        if (missing.length > 0) return { result: 'problem', detail: `missing: ${missing.join(', ')}` };
        return { detail: `of ${READ_MODELS.length} read models, all there` };
      } finally {
        await client.close();
      }
    },
  );
}

/** Whether the file holds a key was found out when the store was opened; here it is about who can read it. */
export function checkKeyFile(file: string, load: () => Promise<unknown>): Promise<Check> {
  return check(
    'Master key',
    'Set DESKSTREAM_MASTER_KEY_FILE to the file that the other services use. Without it nothing personal can be read.',
    async () => {
      await load();
      const { mode } = await stat(file);
      if ((mode & 0o077) === 0) return { detail: 'the file holds a key that only its owner can read' };
      if (isHandedIn(file)) return { detail: 'the file holds a key, handed in by what runs the container' };
      return {
        result: 'problem',
        detail: `other users of this machine can read it (mode ${(mode & 0o777).toString(8)})`,
        advice: `Let only its owner read it: chmod 600 ${file}`,
      };
    },
  );
}

/** Secrets of a container lie here; who else on the machine may read them is not to be seen from within. */
function isHandedIn(file: string): boolean {
  return file.startsWith('/run/secrets/');
}
