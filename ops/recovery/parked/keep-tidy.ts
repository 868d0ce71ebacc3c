import type { Logger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import type { Recovery } from '../recovery.ts';
import { tidy } from './tidy.ts';

export type Tidier = {
  /** Something was resolved: tidy soon, when no more has come for a while. */
  soon(): void;
  /** Waits for what is being done. */
  close(): Promise<void>;
};

const QUIET_MS = 1000;
const LONGEST_MS = 15_000;

/** Tidies the parked stream of a group after outcomes, once for many of them. What fails is done with the next. */
export function keepTidy(recovery: Recovery, logger: Logger, quietMs = QUIET_MS): Tidier {
  let timer: NodeJS.Timeout | undefined;
  let waitingSince: number | undefined;
  let working: Promise<void> = Promise.resolve();
  let closed = false;

  const work = async () => {
    try {
      const entries = await tidy(recovery);
      if (entries > 0)
        logger.info({ group: recovery.group.name, entries }, 'resolved parked entries are gone');
    } catch (error) {
      logger.warn({ group: recovery.group.name, err: error }, 'the parked stream could not be tidied');
    }
  };

  return {
    soon: () => {
      if (closed) return;
      const now = performance.now();
      waitingSince ??= now;
      if (timer !== undefined && now - waitingSince > LONGEST_MS) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        waitingSince = undefined;
        working = working.then(work);
      }, quietMs);
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await working;
    },
  };
}
