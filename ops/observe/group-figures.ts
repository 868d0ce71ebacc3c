// What the store says of the groups, asked with calls that every EventStoreDB has.
import {
  PersistentSubscriptionDoesNotExistError,
  type PersistentSubscriptionToAllInfo,
  streamNameFilter,
} from '@eventstore/db-client';
import { type GroupDeclaration, streamOf } from '../../shared-contracts/messages/names.ts';
import { prefixesOf, SUBSCRIPTIONS } from '../../shared-contracts/messages/subscriptions.ts';
import { isIdle } from '../../shared-contracts/runtime/consumer/is-idle.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { readFiltered } from '../../shared-contracts/runtime/event-store/filtered-read.ts';
import type { GroupFigures } from './group-state.ts';

export type StoreFigures = Omit<GroupFigures, 'stillForMs'> & {
  /** Messages that the group was given since its subscription was loaded. */
  readonly total: number;
  /** Position up to which everything is settled, as the store has noted it. */
  readonly checkpoint: bigint | undefined;
};

const MOST_COUNTED = 1000;
const COUNTED_FOR_MS = 2000;

export async function readFigures(
  store: EventStore,
  groups: readonly GroupDeclaration[],
): Promise<ReadonlyMap<string, StoreFigures>> {
  const infos = await store.client.listPersistentSubscriptionsToAll().catch((error: unknown) => {
    // The store's answer where nothing listens to $all at all.
    if (error instanceof PersistentSubscriptionDoesNotExistError) return [];
    throw error;
  });
  const found = new Map(infos.map((info) => [info.groupName, info]));
  const figures = await Promise.all(
    groups.map(async (group) => [group.name, await figuresOf(store, group, found.get(group.name))] as const),
  );
  return new Map(figures);
}

async function figuresOf(
  store: EventStore,
  group: GroupDeclaration,
  info: PersistentSubscriptionToAllInfo | undefined,
): Promise<StoreFigures> {
  const none = { lag: 0, lagIsMore: false, lagMs: 0 };
  if (info === undefined)
    return { exists: false, instances: 0, inFlight: 0, total: 0, checkpoint: undefined, ...none };
  const { stats, connections } = info;
  // The store knows whether anything waits; counting is for groups that are not through.
  const lag = isIdle(info) ? none : await countBehind(store, group, info);
  return {
    exists: true,
    instances: connections.length,
    inFlight: stats.totalInFlightMessages,
    total: Number(stats.totalItems),
    checkpoint: stats.lastCheckpointedEventPosition?.commit,
    ...lag,
  };
}

/** Counts the events behind what is settled that the group hears, up to a limit. */
async function countBehind(
  store: EventStore,
  group: GroupDeclaration,
  { stats }: PersistentSubscriptionToAllInfo,
): Promise<Pick<GroupFigures, 'lag' | 'lagIsMore' | 'lagMs'>> {
  const filter = streamNameFilter({ prefixes: heardBy(group) });
  const late = AbortSignal.timeout(COUNTED_FOR_MS);
  let lag = 0;
  let lagMs = 0;
  const behind = { from: stats.lastCheckpointedEventPosition, stop: late };
  for await (const { created } of readFiltered(store.client, filter, behind)) {
    if (lag === 0) lagMs = Math.max(0, Date.now() - created.getTime());
    lag += 1;
    if (lag === MOST_COUNTED) break;
  }
  return { lag, lagIsMore: lag === MOST_COUNTED || late.aborted, lagMs };
}

/** The prefixes of the streams that a group hears. */
export function heardBy({ name }: GroupDeclaration): string[] {
  const subscription = SUBSCRIPTIONS.find(({ group }) => group.name === name);
  return [...(subscription === undefined ? [] : prefixesOf(subscription)), streamOf.replay(name)];
}
