import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import type { Recovery } from './recovery.ts';

const EVERY_MS = 1000;

/**
 * Keeps the values of the events of failed messages in memory, beside the pages: a search by them must not read a hundred
 * thousand events first. What fails is tried again.
 */
export function keepValuesRead({ group, ledger }: Recovery, logger: Logger): { close(): Promise<void> } {
  const stop = new AbortController();
  const { signal } = stop;
  const run = async () => {
    let isRead = false;
    while (!signal.aborted) {
      try {
        // The lists come first: they wait for the ledger, not for this. What comes later is followed (`keepLedgerRead`).
        if (!isRead) await ledger.readToEnd();
        isRead = true;
        await ledger.readValues(ledger.facts.unread(), signal);
      } catch (error) {
        logger.debug({ group: group.name, err: error }, 'events could not be read for the search; again');
      }
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
