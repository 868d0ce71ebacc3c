// How far the groups are: noted by an export, and taken up again by an import.
import {
  type EventStoreDBClient,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionExistsError,
  type Position,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { prefixesOf, SUBSCRIPTIONS } from '../../shared-contracts/messages/subscriptions.ts';
import type { GroupPlace } from './export-line.ts';

/**
 * What these published may still be in the broker, which is not in a backup. They begin anew and publish everything again:
 * the inboxes know every message by its id.
 */
const BEGIN_ANEW: ReadonlySet<string> = new Set([
  GROUPS.customerIntegration.name,
  GROUPS.backofficeIntegration.name,
]);

/** Where a group that goes on is created: behind this event of the new store; undefined for its beginning. */
export type NewPlace = { readonly group: GroupPlace; readonly position: Position | undefined };

/** The groups on `$all` that go on after an import from where they were. */
export async function readGroupPlaces(client: EventStoreDBClient): Promise<readonly GroupPlace[]> {
  const infos = await client.listPersistentSubscriptionsToAll().catch((error: unknown) => {
    // The store's answer where nothing listens to $all at all.
    if (error instanceof PersistentSubscriptionDoesNotExistError) return [];
    throw error;
  });
  return infos
    .filter(({ groupName }) => isKnown(groupName) && !BEGIN_ANEW.has(groupName))
    .map(({ groupName, settings, stats }) => {
      const { startFrom, ...others } = settings;
      const settledUpTo = stats.lastCheckpointedEventPosition?.commit.toString() ?? null;
      return { name: groupName, settledUpTo, settings: others };
    });
}

/** Creates the groups where they were; one that is there already is left as it is. */
export async function createGroups(client: EventStoreDBClient, places: readonly NewPlace[]): Promise<void> {
  for (const { group, position } of places) {
    const { name } = group;
    const subscription = SUBSCRIPTIONS.find((known) => known.group.name === name);
    if (subscription === undefined) continue;
    const settings = persistentSubscriptionToAllSettingsFromDefaults({
      ...group.settings,
      startFrom: position ?? START,
    });
    const filter = streamNameFilter({
      prefixes: [...prefixesOf(subscription), streamOf.replay(name)],
      checkpointInterval: 1,
    });
    await client.createPersistentSubscriptionToAll(name, settings, { filter }).catch((error: unknown) => {
      if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
    });
  }
}

function isKnown(name: string): boolean {
  return SUBSCRIPTIONS.some(({ group }) => group.name === name);
}
