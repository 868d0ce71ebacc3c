// Looks at the groups every few seconds and remembers an hour: for pages that show how they are getting on.
import { setTimeout as pause } from 'node:timers/promises';
import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { Logger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { readFigures, type StoreFigures } from './group-figures.ts';
import type { GroupFigures } from './group-state.ts';
import { MINUTES, RateRing } from './rate-ring.ts';
import type { ServiceReport } from './service-reports.ts';

export type WatchedGroup = GroupFigures & {
  readonly perSecond: number;
  /** Messages given to the group in each minute of the last hour. */
  readonly minutes: readonly number[];
};

export type Look = {
  /** Undefined before the first look, or while the store does not answer. */
  readonly at: Date | undefined;
  readonly groups: ReadonlyMap<string, WatchedGroup>;
  readonly services: readonly ServiceReport[];
};

export type GroupsWatch = {
  /** What was seen last. Waits for the first look. */
  last(): Promise<Look>;
  /** Calls back after each look. */
  listen(changed: () => void): () => void;
  close(): Promise<void>;
};

export const NOTHING_SEEN: WatchedGroup = {
  ...{ exists: true, instances: 0, inFlight: 0, lag: 0, lagIsMore: false, lagMs: 0, stillForMs: 0 },
  ...{ perSecond: 0, minutes: new Array<number>(MINUTES).fill(0) },
};

type Progress = {
  readonly ring: RateRing;
  total: number | undefined;
  checkpoint: bigint | undefined;
  /** When the checkpoint has last moved, or nothing waited. */
  since: number;
};

export function watchGroups(deps: {
  readonly store: EventStore;
  readonly logger: Logger;
  readonly groups: readonly GroupDeclaration[];
  readonly services: () => Promise<readonly ServiceReport[]>;
  readonly everyMs?: number;
}): GroupsWatch {
  const { store, logger, groups, services, everyMs = 3000 } = deps;
  const stop = new AbortController();
  const listeners = new Set<() => void>();
  const progress = new Map<string, Progress>();
  let look: Look = { at: undefined, groups: new Map(), services: [] };

  const take = (name: string, figures: StoreFigures, now: number): WatchedGroup => {
    const known = progress.get(name) ?? {
      ring: new RateRing(),
      total: undefined,
      checkpoint: undefined,
      since: now,
    };
    progress.set(name, known);
    // A store that was started again counts from nothing again.
    const handled = known.total === undefined ? 0 : figures.total - known.total;
    known.ring.add(handled < 0 ? figures.total : handled, now);
    known.total = figures.total;
    if (figures.lag === 0 || figures.checkpoint !== known.checkpoint) known.since = now;
    known.checkpoint = figures.checkpoint;
    const { total: _total, checkpoint: _checkpoint, ...shown } = figures;
    return {
      ...shown,
      stillForMs: figures.lag === 0 ? 0 : now - known.since,
      perSecond: known.ring.perSecond(now),
      minutes: known.ring.minutes(now),
    };
  };

  const lookOnce = async () => {
    const [figures, reports] = await Promise.all([
      readFigures(store, groups).catch((error: unknown) => {
        logger.debug({ err: error }, 'the store does not tell how the groups are');
        return undefined;
      }),
      services(),
    ]);
    const now = Date.now();
    if (figures === undefined) {
      look = { ...look, at: undefined, services: reports };
      return;
    }
    const seen = [...figures].map(([name, each]) => [name, take(name, each, now)] as const);
    look = { at: new Date(now), groups: new Map(seen), services: reports };
  };

  const run = async () => {
    while (!stop.signal.aborted) {
      await pause(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await lookOnce();
      for (const changed of listeners) changed();
    }
  };
  const first = lookOnce();
  const running = first.then(run);

  return {
    last: async () => {
      await first;
      return look;
    },
    listen: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
