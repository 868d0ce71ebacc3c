import { setTimeout as pause } from 'node:timers/promises';
import { START } from '@eventstore/db-client';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { Logger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import type { Ledger } from './ledger.ts';

export type Following = { close(): Promise<void> };

const RECONNECT_MS = 500;

/**
 * Keeps the index of a ledger up to date by a catch-up subscription, connecting again for ever. Whoever must not be late
 * reads the ledger to its end besides, and then hears of a store that cannot be reached.
 *
 * @param onResolved told of every message that was recovered or discarded.
 */
export function followLedger(
  { store, logger }: { readonly store: EventStore; readonly logger: Logger },
  group: string,
  ledger: Ledger,
  onResolved: () => void,
): Following {
  const stop = new AbortController();
  let leave: (() => Promise<void>) | undefined;

  const follow = async () => {
    while (!stop.signal.aborted) {
      const { head } = ledger.index;
      const subscription = store.client.subscribeToStream(streamOf.failures(group), {
        fromRevision: head < 0 ? START : BigInt(head),
      });
      leave = async () => {
        await subscription.unsubscribe().catch(() => undefined);
        subscription.destroy();
      };
      // The client may report the end of the call once more after the loop has left.
      subscription.on('error', () => undefined);
      try {
        for await (const { event } of subscription) {
          if (event !== undefined && (await ledger.take(event))) onResolved();
        }
      } catch (error) {
        if (!stop.signal.aborted) logger.debug({ group, err: error }, 'following a ledger ended; again');
      } finally {
        await leave();
      }
      await pause(RECONNECT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const following = follow();
  return {
    close: async () => {
      stop.abort();
      await leave?.();
      await following;
    },
  };
}
