import { streamOf } from '../../shared-contracts/messages/names.ts';
import { type Following, followStream } from '../../shared-contracts/runtime/live/follow-stream.ts';
import type { Logger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import type { Recovery } from './recovery.ts';

/**
 * Keeps the index of a ledger up to date, connecting again for ever. Whoever must not be late reads the ledger to its end
 * besides, and then hears of a store that cannot be reached.
 *
 * @param onResolved told of every message that was recovered or discarded.
 */
export function keepLedgerRead(
  { store, group: { name: group }, ledger }: Recovery,
  logger: Logger,
  onResolved: () => void,
): Following {
  return followStream(
    store.client,
    streamOf.failures(group),
    () => ledger.index.head,
    async (recorded) => {
      if (await ledger.take(recorded)) onResolved();
    },
    (error) => logger.debug({ group, err: error }, 'following a ledger ended; again'),
  );
}
