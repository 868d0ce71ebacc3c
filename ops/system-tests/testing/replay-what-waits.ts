import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { askReplay } from './ask-replay.ts';
import { effectsOf } from './counted-group.ts';
import { foldLedger, isSettled } from './folded-ledger.ts';

/** An operator who replays whatever fails, each attempt once, until every event of these streams has had its effect. */
export function replayWhatWaits(
  store: EventStore,
  group: SubscriptionGroup,
  streams: readonly string[],
  eventsOfEach: number,
) {
  const asked = new Set<string>();
  return {
    /** Looks once. Resolves to whether everything is there, every stream flows and nothing is in flight. */
    isDone: async (): Promise<boolean> => {
      const { messages, blockedStreams } = await foldLedger(store, group);
      const waiting = messages.filter(({ state }) => state !== 'recovered');
      for (const { origin, attempts } of waiting) {
        const key = `${origin.eventId} ${attempts}`;
        if (asked.has(key)) continue;
        asked.add(key);
        await askReplay(store, group, origin.stream, origin.revision, { attempt: attempts + 1, origin });
      }
      if (waiting.length > 0 || blockedStreams > 0) return false;
      for (const stream of streams) {
        if ((await effectsOf(store, stream)).length < eventsOfEach) return false;
      }
      return isSettled(store, group);
    },
  };
}
