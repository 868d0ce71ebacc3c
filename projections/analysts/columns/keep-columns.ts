// Reads `ticket_metrics` into columns once, and what has changed since before every answer.
import { setTimeout as pause } from 'node:timers/promises';
import type { Position } from '@eventstore/db-client';
import type { Collection } from 'mongodb';
import { collectionName } from '../../../shared-contracts/documents/read-model.ts';
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { changedTickets, settledPosition } from './changed-tickets.ts';
import { COLUMN_FIELDS, TicketColumns } from './ticket-columns.ts';

export type CurrentColumns = {
  readonly columns: TicketColumns;
  /** All that was in the documents at this time is in the columns. */
  readonly at: Date;
};

export type ColumnsKeeper = {
  /**
   * The columns with what has changed since they were asked for last, but for what takes long to read: then they are those of `at`.
   *
   * @throws PageError 503 as long as they are read for the first time, and where there are more tickets than columns may hold.
   */
  current(): Promise<CurrentColumns>;
  /** Reads the columns, and keeps them up where nobody asks for long. */
  start(): void;
  stop(): void;
};

type Loaded = {
  /** The collection that they were read from. */
  readonly source: string;
  readonly columns: TicketColumns;
  /** Tickets whose documents are not yet where their streams are, with the revision that they come to. */
  readonly pending: Map<string, number>;
  position: Position | undefined;
  at: Date;
};

/** Some 200 bytes each; twice as much while a rebuilt read model takes the place of the one before. */
const MOST_TICKETS = 2_000_000;
const BATCH = 2000;
const TICKETS_AT_ONCE = 500;
/** Beyond this no more is read until documents have come on. */
const MOST_PENDING = 20_000;

const AS_GOOD_AS_NOW_MS = 250;
const SHORT_WAIT_MS = 100;
/** Columns up to this age are given without a longer wait. */
const YOUNG_MS = 60_000;
const LONG_WAIT_MS = 5000;
const KEEP_UP_EVERY_MS = 30_000;

const PROJECTION = Object.fromEntries(COLUMN_FIELDS.map((field) => [field, 1]));

/** @param mostTickets more than these are not counted. */
export function keepColumns(
  { store, readModels, now }: Pick<AnalystsSite, 'store' | 'readModels' | 'now'>,
  mostTickets = MOST_TICKETS,
): ColumnsKeeper {
  let loaded: Loaded | undefined;
  let readSoFar = 0;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** Which collection the name of the read model points at; one that was made anew is another one. */
  const source = async () => {
    const entries = await readModels.registered();
    const entry = entries.find(({ _id }) => _id === TICKET_METRICS.name);
    const name = entry?.collection ?? collectionName(TICKET_METRICS);
    const documents = readModels.db.collection<TicketMetricsDocument>(name);
    return { documents, id: `${name} ${entry?.collectionId}` };
  };

  /** In the order of the ids: what changes behind the cursor is read again, since it comes after the position. */
  const load = async (documents: Collection<TicketMetricsDocument>, id: string): Promise<Loaded> => {
    const at = now();
    const position = await settledPosition(store);
    const columns = new TicketColumns();
    readSoFar = 0;
    if ((await documents.estimatedDocumentCount()) > mostTickets) throw tooMany(mostTickets);
    const cursor = documents.find({}, { projection: PROJECTION, batchSize: BATCH }).sort({ _id: 1 });
    for await (const document of cursor) {
      columns.put(document);
      readSoFar = columns.count;
      if (columns.count > mostTickets) throw tooMany(mostTickets);
      if (stopped) throw new Error('The site is closing.');
    }
    return { source: id, columns, pending: new Map(), position, at };
  };

  const bringUp = async (
    { columns, pending, ...known }: Loaded,
    documents: Collection<TicketMetricsDocument>,
  ): Promise<Position | undefined> => {
    let { position } = known;
    for (let caughtUp = false; !caughtUp && pending.size < MOST_PENDING && !stopped; ) {
      const changes = await changedTickets(store, position);
      for (const [id, revision] of changes.revisions) pending.set(id, revision);
      ({ position, caughtUp } = changes);
      await readPending(documents, columns, pending);
      if (columns.count > mostTickets) throw tooMany(mostTickets);
    }
    return position;
  };

  const refresh = async (): Promise<void> => {
    const { documents, id } = await source();
    const at = now();
    const next = loaded?.source === id ? loaded : await load(documents, id);
    next.position = await bringUp(next, documents);
    next.at = loaded === next ? at : next.at;
    loaded = next;
  };

  const refreshed = (): Promise<void> => {
    if (refreshing !== undefined) return refreshing;
    if (performance.now() - refreshedAt < AS_GOOD_AS_NOW_MS) return Promise.resolve();
    refreshing = refresh()
      .then(() => {
        refreshedAt = performance.now();
      })
      .catch((error: unknown) => {
        if (error instanceof TooManyTickets) loaded = undefined;
        throw error;
      })
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  const keepUp = () => void refreshed().catch(() => undefined);

  return {
    current: async () => {
      const young = loaded !== undefined && now().getTime() - loaded.at.getTime() < YOUNG_MS;
      const outcome = await outcomeWithin(refreshed(), young ? SHORT_WAIT_MS : LONG_WAIT_MS);
      if (loaded !== undefined) return { columns: loaded.columns, at: loaded.at };
      if (outcome !== undefined) throw outcome.error;
      throw new PageError(
        503,
        `The tickets are being read, ${readSoFar} of them so far. Load this page again in a moment.`,
      );
    },
    start: () => {
      keepUp();
      timer = setInterval(keepUp, KEEP_UP_EVERY_MS).unref();
    },
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}

/** Reads the documents of what is pending, and forgets what has come to its revision. */
async function readPending(
  documents: Collection<TicketMetricsDocument>,
  columns: TicketColumns,
  pending: Map<string, number>,
): Promise<void> {
  const forget = (ids: readonly string[]) => {
    for (const id of ids) if ((columns.revisionOf(id) ?? -1) >= (pending.get(id) ?? 0)) pending.delete(id);
  };
  forget([...pending.keys()]);
  const ids = [...pending.keys()];
  for (let at = 0; at < ids.length; at += TICKETS_AT_ONCE) {
    const some = ids.slice(at, at + TICKETS_AT_ONCE);
    const found = documents.find({ _id: { $in: some } }, { projection: PROJECTION });
    for await (const document of found) columns.put(document);
    forget(some);
  }
}

class TooManyTickets extends PageError {}

function tooMany(most: number): TooManyTickets {
  const number = most.toLocaleString('en');
  return new TooManyTickets(
    503,
    `There are more than ${number} tickets, and figures are counted in memory, which is set up for no more. Lists, exports and the collections have them all.`,
  );
}

/** How it failed, if it failed within the time; undefined where it did not, or is not over. */
async function outcomeWithin(
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
