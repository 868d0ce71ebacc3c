import { setTimeout as pause } from 'node:timers/promises';
import { sharedRead } from '../../../shared-contracts/runtime/event-store/shared-read.ts';
import type { Logger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { type KeepDeps, keepCollections } from './keep-collections.ts';

const EVERY_MS = 1000;

export type Keeper = {
  /** Looks now; those who ask while it is looking share the next look. */
  look(): Promise<void>;
  close(): Promise<void>;
};

/** Looks after registry, collections and indexes every second. What fails is tried again with the next look. */
export function startKeeper(deps: KeepDeps & { readonly logger: Logger }): Keeper {
  const stop = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  const look = sharedRead(() => {
    looking = keepCollections(deps);
    return looking;
  });
  const run = async () => {
    while (!stop.signal.aborted) {
      await pause(EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await look().catch((error: unknown) => {
        deps.logger.debug({ err: error }, 'the collections of the read models could not be looked after');
      });
    }
  };
  const running = run();
  return {
    look,
    close: async () => {
      stop.abort();
      await running;
      await looking.catch(() => undefined);
    },
  };
}
