// A consumer can stall in silence: connected, with messages waiting, and nothing happens. This is what notices.
import { type Position, streamNameFilter } from '@eventstore/db-client';
import type { EventStore } from '../event-store/event-store.ts';
import { readFiltered } from '../event-store/filtered-read.ts';
import { isIdle } from './is-idle.ts';
import { filterOf, type SubscriptionGroup } from './subscription-group.ts';

const ANSWER_LIMIT_MS = 5000;

/** How far a group is, compared with the store. */
export type GroupProgress = {
  /** Position that the group has checkpointed: everything before it is settled. Undefined before the first. */
  readonly checkpoint: bigint | undefined;
  /** Whether an event that the group hears lies behind the checkpoint. */
  readonly waiting: boolean;
  /** Milliseconds that the oldest event which is not settled has waited; 0 where none does. */
  readonly lagMs: number;
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
      const info = await store.client.getPersistentSubscriptionToAllInfo(name);
      const position = info.stats.lastCheckpointedEventPosition;
      const checkpoint = position?.commit;
      const behind = await firstBehind(store, group, position);
      const waiting = behind !== undefined;
      if (checkpoint !== known || !waiting) since = now();
      known = checkpoint;
      // The checkpoint is noted every few seconds: what lies behind it may be settled.
      const lagMs = behind === undefined || isIdle(info) ? 0 : Math.max(0, Date.now() - behind.getTime());
      return { checkpoint, waiting, lagMs, stillForMs: waiting ? now() - since : 0 };
    },
  };
}

/** When the first event behind a position was written that the group hears. */
async function firstBehind(
  { client }: EventStore,
  group: SubscriptionGroup,
  position: Position | undefined,
): Promise<Date | undefined> {
  const late = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const filter = streamNameFilter({ prefixes: filterOf(group) });
  for await (const { created } of readFiltered(client, filter, { from: position, stop: late }))
    return created;
  if (late.aborted) throw new Error('The store does not answer.');
  return undefined;
}
