// A consumer can stall in silence: connected, with messages waiting, and nothing happens. This is what notices.
import { type Position, START, streamNameFilter } from '@eventstore/db-client';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { SubscriptionGroup } from './subscription-group.ts';

const ANSWER_LIMIT_MS = 5000;

/** How far a group is, compared with the store. */
export type GroupProgress = {
  /** Position that the group has checkpointed: everything before it is settled. Undefined before the first. */
  readonly checkpoint: bigint | undefined;
  /** Whether an event that the group hears lies behind the checkpoint. */
  readonly waiting: boolean;
  /** Milliseconds since the group has last come on, while something waits; 0 where nothing does. */
  readonly stillForMs: number;
};

export type GroupWatch = {
  /** Looks once; call it every few seconds. @throws whatever the store throws. */
  look(): Promise<GroupProgress>;
};

/** Watches the progress of one group by the store's own numbers. */
export function watchGroup(
  store: EventStore,
  group: SubscriptionGroup,
  now: () => number = () => performance.now(),
): GroupWatch {
  const { name } = group.declaration;
  let known: bigint | undefined;
  let since = now();
  return {
    look: async () => {
      const { stats } = await store.client.getPersistentSubscriptionToAllInfo(name);
      const position = stats.lastCheckpointedEventPosition;
      const checkpoint = position?.commit;
      const waiting = await somethingBehind(store, group, position);
      if (checkpoint !== known || !waiting) since = now();
      known = checkpoint;
      return { checkpoint, waiting, stillForMs: waiting ? now() - since : 0 };
    },
  };
}

/** A catch-up subscription tells at once: it brings such an event, or says that it has caught up without one. */
async function somethingBehind(
  store: EventStore,
  group: SubscriptionGroup,
  position: Position | undefined,
): Promise<boolean> {
  const subscription = store.client.subscribeToAll({
    fromPosition: position ?? START,
    filter: streamNameFilter({ prefixes: [...group.prefixes, streamOf.replay(group.declaration.name)] }),
  });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      subscription.once('data', () => resolve(true));
      subscription.once('caughtUp', () => resolve(false));
      subscription.once('error', reject);
      setTimeout(() => reject(new Error('The store does not answer.')), ANSWER_LIMIT_MS).unref();
    });
  } finally {
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}
