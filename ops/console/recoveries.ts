import { randomUUID } from 'node:crypto';
import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { Logger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { keepLedgerRead } from '../recovery/keep-ledger-read.ts';
import { keepValuesRead } from '../recovery/keep-values-read.ts';
import { Ledger } from '../recovery/ledger/ledger.ts';
import { keepTidy } from '../recovery/parked/keep-tidy.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { carryOut } from '../recovery/replay/replay.ts';

/** The ledgers of all groups, kept up to date, and the replays that this process carries out. */
export type Recoveries = {
  readonly all: readonly Recovery[];
  /** @throws PageError (404) when there is no such group. */
  of(group: string): Recovery;
  /** Carries a replay out beside the pages; its progress is in the ledger. */
  begin(recovery: Recovery, batch: string): void;
  isCarriedOut(recovery: Recovery, batch: string): boolean;
  /** Waits for some other work at the end, and says in the log what of it failed. */
  track<Result>(recovery: Recovery, work: Promise<Result>): Promise<Result>;
  /** Leaves replays between two portions: they can be taken up again. */
  close(): Promise<void>;
};

export function openRecoveries(deps: {
  readonly store: EventStore;
  readonly logger: Logger;
  readonly groups: readonly GroupDeclaration[];
}): Recoveries {
  const { store, logger, groups } = deps;
  const all = groups.map((group): Recovery => ({ store, group, ledger: new Ledger(store, group.name) }));
  const followers = all.map((recovery) => {
    const tidier = keepTidy(recovery, logger);
    const following = keepLedgerRead(recovery, logger, () => tidier.soon());
    const reading = keepValuesRead(recovery, logger);
    return { close: () => Promise.all([following.close(), tidier.close(), reading.close()]) };
  });
  const stop = new AbortController();
  const running = new Map<string, Promise<void>>();
  const track = ({ group }: Recovery, work: Promise<unknown>, key: string) => {
    const done = work
      .then(
        () => undefined,
        (error: unknown) => {
          logger.error(
            { group: group.name, work: key, err: error },
            'what an operator asked for was interrupted',
          );
        },
      )
      .finally(() => running.delete(key));
    running.set(key, done);
  };

  return {
    all,
    of: (name) => {
      const found = all.find(({ group }) => group.name === name);
      if (found === undefined) throw new PageError(404, 'There is no such group.', { code: 'no-such-group' });
      return found;
    },
    begin: (recovery, batch) => {
      const key = `${recovery.group.name} ${batch}`;
      if (running.has(key)) return;
      track(recovery, carryOut(recovery, batch, stop.signal), key);
    },
    isCarriedOut: ({ group }, batch) => running.has(`${group.name} ${batch}`),
    track: (recovery, work) => {
      track(recovery, work, randomUUID());
      return work;
    },
    close: async () => {
      stop.abort();
      await Promise.all(running.values());
      await Promise.all(followers.map((follower) => follower.close()));
    },
  };
}
