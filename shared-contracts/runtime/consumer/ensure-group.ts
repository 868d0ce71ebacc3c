import {
  type EventStoreDBClient,
  PersistentSubscriptionExistsError,
  PINNED,
  persistentSubscriptionToAllSettingsFromDefaults,
  ROUND_ROBIN,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { streamOf } from '../../messages/names.ts';
import type { SubscriptionGroup } from './subscription-group.ts';

/** Time-outs and retry counts of the server never park: only the consumer does, which knows why. */
const NEVER_BY_ITSELF = { messageTimeout: 24 * 60 * 60 * 1000, maxRetryCount: 2 ** 31 - 1 };

/** Creates the group on `$all` where it does not exist. Its filter is forever; another filter is another group. */
export async function ensureGroup(client: EventStoreDBClient, group: SubscriptionGroup): Promise<void> {
  const { name } = group.declaration;
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    ...NEVER_BY_ITSELF,
    startFrom: START,
    // With links resolved, the server would filter by what links point to, and deliver every event once for each of
    // the links that its own projections make.
    resolveLinkTos: false,
    consumerStrategyName: group.order === 'by-stream' ? PINNED : ROUND_ROBIN,
    checkPointLowerBound: 1,
  });
  const filter = streamNameFilter({
    prefixes: [...group.prefixes, streamOf.replay(name)],
    checkpointInterval: 1,
  });
  try {
    await client.createPersistentSubscriptionToAll(name, settings, { filter });
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
  }
}
