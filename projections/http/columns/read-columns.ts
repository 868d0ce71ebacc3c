// Reads `ticket_metrics` into columns, and what has changed since.
import type { Position } from '@eventstore/db-client';
import type { Collection } from 'mongodb';
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { portionsOf } from '../../../shared-contracts/runtime/portions.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { changedTickets, settledPosition } from './changed-tickets.ts';
import { COLUMN_FIELDS, TicketColumns } from './ticket-columns.ts';

export type ReadColumns = {
  readonly documents: Collection<TicketMetricsDocument>;
  readonly columns: TicketColumns;
  /** Tickets whose documents are not yet where their streams are, with the revision that they come to. */
  readonly pending: Map<string, number>;
  /** Up to here the store was asked for changes. */
  position: Position | undefined;
};

export type ReadingOptions = {
  readonly store: Pick<EventStore, 'client' | 'codec'>;
  readonly mostTickets: number;
  /** Aborts when the site closes. */
  readonly stop: AbortSignal;
  /** Told how many tickets have been read. */
  readonly progress: (read: number) => void;
};

/** Figures are not counted of so many tickets. */
export class TooManyTickets extends PageError {
  constructor(most: number) {
    super(
      503,
      `There are more than ${most.toLocaleString('en')} tickets, and figures are counted in memory, which is set up for no more. Lists, exports and the collections have them all.`,
      { code: 'too-many-tickets' },
    );
  }
}

const BATCH = 2000;
const TICKETS_AT_ONCE = 500;
/** With so many pending, no more is read until documents have come on. */
const MOST_PENDING = 20_000;
const PROJECTION = Object.fromEntries(COLUMN_FIELDS.map((field) => [field, 1]));

/**
 * Reads every document, in the order of the ids: what changes behind the cursor comes after the position, and is read again.
 *
 * @throws TooManyTickets
 */
export async function readColumns(
  documents: Collection<TicketMetricsDocument>,
  { store, mostTickets, stop, progress }: ReadingOptions,
): Promise<ReadColumns> {
  const position = await settledPosition(store);
  const columns = new TicketColumns();
  if ((await documents.estimatedDocumentCount()) > mostTickets) throw new TooManyTickets(mostTickets);
  const cursor = documents.find({}, { projection: PROJECTION, batchSize: BATCH }).sort({ _id: 1 });
  for await (const document of cursor) {
    stop.throwIfAborted();
    columns.put(document);
    progress(columns.count);
    if (columns.count > mostTickets) throw new TooManyTickets(mostTickets);
  }
  return { documents, columns, pending: new Map(), position };
}

/**
 * Takes in what has changed.
 *
 * @returns whether there is nothing more to read. What is pending then waits for those who write the documents.
 * @throws TooManyTickets
 */
export async function readChanges(
  read: ReadColumns,
  { store, mostTickets, stop }: ReadingOptions,
): Promise<boolean> {
  const { columns, pending } = read;
  let caughtUp = false;
  do {
    if (pending.size < MOST_PENDING) {
      const changes = await changedTickets(store, read.position);
      for (const [id, revision] of changes.revisions) pending.set(id, revision);
      read.position = changes.position;
      caughtUp = changes.caughtUp;
    }
    await readPending(read);
    if (columns.count > mostTickets) throw new TooManyTickets(mostTickets);
  } while (!caughtUp && pending.size < MOST_PENDING && !stop.aborted);
  return caughtUp;
}

/** Reads the documents of what is pending, and forgets what has come to its revision. */
async function readPending({ documents, columns, pending }: ReadColumns): Promise<void> {
  const forget = (ids: readonly string[]) => {
    for (const id of ids) if ((columns.revisionOf(id) ?? -1) >= (pending.get(id) ?? 0)) pending.delete(id);
  };
  forget([...pending.keys()]);
  for (const some of portionsOf([...pending.keys()], TICKETS_AT_ONCE)) {
    const found = documents.find({ _id: { $in: [...some] } }, { projection: PROJECTION });
    for await (const document of found) columns.put(document);
    forget(some);
  }
}
