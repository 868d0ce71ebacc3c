// Columns that are there when somebody asks: read once, and brought up to date before every answer.
import { setTimeout as pause } from 'node:timers/promises';
import { collectionName } from '../../../shared-contracts/documents/read-model.ts';
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { type ReadColumns, readChanges, readColumns, TooManyTickets } from './read-columns.ts';
import type { TicketColumns } from './ticket-columns.ts';

export type CurrentColumns = {
  readonly columns: TicketColumns;
  /** All that was in the documents at this time is in the columns. */
  readonly at: Date;
};

export type ColumnsKeeper = {
  /**
   * The columns with what has changed since they were asked for last, but for what takes long to read, or cannot be read now:
   * then they are those of `at`.
   *
   * @throws PageError 503 as long as they are read for the first time, and where there are more tickets than columns may hold.
   */
  current(): Promise<CurrentColumns>;
  /** Reads the columns, and keeps them up where nobody asks for long. */
  start(): void;
  stop(): void;
};

export type ColumnsDeps = {
  readonly store: Pick<EventStore, 'client' | 'codec'>;
  readonly readModels: ReadModels;
  readonly now: () => Date;
};

/** Some 200 bytes each; twice as much while a rebuilt read model takes the place of the one before. */
const MOST_TICKETS = 2_000_000;
const AS_GOOD_AS_NOW_MS = 250;
const SHORT_WAIT_MS = 100;
/** Columns up to this age are given without a longer wait. */
const YOUNG_MS = 60_000;
const LONG_WAIT_MS = 5000;
const KEEP_UP_EVERY_MS = 30_000;

/** @param mostTickets more than these are not counted. */
export function keepColumns(
  { store, readModels, now }: ColumnsDeps,
  mostTickets = MOST_TICKETS,
): ColumnsKeeper {
  const stop = new AbortController();
  let kept: { readonly source: string; readonly read: ReadColumns; at: Date } | undefined;
  let readSoFar = 0;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const options = {
    ...{ store, mostTickets, stop: stop.signal },
    progress: (read: number) => {
      readSoFar = read;
    },
  };

  /** Which collection the name of the read model points at; one that was made anew is another one. */
  const currentSource = async () => {
    const entry = (await readModels.registered()).find(({ _id }) => _id === TICKET_METRICS.name);
    const name = entry?.collection ?? collectionName(TICKET_METRICS);
    return { name, source: `${name} ${entry?.collectionId}` };
  };

  const refresh = async (): Promise<void> => {
    const { name, source } = await currentSource();
    const at = now();
    if (kept?.source !== source) {
      const read = await readColumns(readModels.db.collection<TicketMetricsDocument>(name), options);
      await readChanges(read, options);
      kept = { source, read, at };
    } else if (await readChanges(kept.read, options)) {
      kept.at = at;
    }
    refreshedAt = performance.now();
  };

  /** Whoever asks while it is under way shares it. */
  const refreshed = (): Promise<void> => {
    if (refreshing !== undefined) return refreshing;
    if (performance.now() - refreshedAt < AS_GOOD_AS_NOW_MS) return Promise.resolve();
    refreshing = refresh()
      .catch((error: unknown) => {
        if (error instanceof TooManyTickets) kept = undefined;
        throw error;
      })
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  // What fails is tried again with the next look, and shows by the age of what is there.
  const keepUp = () => void refreshed().catch(() => undefined);

  return {
    current: async () => {
      const young = kept !== undefined && now().getTime() - kept.at.getTime() < YOUNG_MS;
      const failure = await failureWithin(refreshed(), young ? SHORT_WAIT_MS : LONG_WAIT_MS);
      if (kept !== undefined) return { columns: kept.read.columns, at: kept.at };
      if (failure !== undefined) throw failure.error;
      throw new PageError(
        503,
        `The tickets are being read, ${readSoFar.toLocaleString('en')} of them so far. Load this page again in a moment.`,
        { code: 'columns-being-read' },
      );
    },
    start: () => {
      keepUp();
      timer = setInterval(keepUp, KEEP_UP_EVERY_MS).unref();
    },
    stop: () => {
      stop.abort();
      clearInterval(timer);
    },
  };
}

/** How work failed, if it failed within the time; undefined where it did not, or is not over. */
async function failureWithin(
  work: Promise<void>,
  ms: number,
): Promise<{ readonly error: unknown } | undefined> {
  const over = new AbortController();
  const failed = work
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .finally(() => over.abort());
  const late = pause(ms, undefined, { signal: over.signal }).catch(() => undefined);
  return Promise.race([failed, late]);
}
