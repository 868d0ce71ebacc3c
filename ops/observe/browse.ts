// One page of a stream, of a category, of the events of one type, or of everything, in either direction.
import {
  type AllStreamRecordedEvent,
  BACKWARDS,
  END,
  eventTypeFilter,
  type Filter,
  FORWARDS,
  type Position,
  type RecordedEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  UnknownError,
} from '@eventstore/db-client';
import { NotThere } from '../../shared-contracts/errors/not-possible.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { readFiltered } from '../../shared-contracts/runtime/event-store/filtered-read.ts';
import { type ObservedEntry, observeEntry } from './observed-event.ts';

export type Subject =
  | { readonly kind: 'stream' | 'category' | 'type'; readonly name: string }
  | { readonly kind: 'all' };

export type Direction = 'forwards' | 'backwards';

/** A revision (`12`) where a stream is read, a position (`1200-1200`) where everything is looked through. */
export type Cursor = string;

export type BrowsedPage = {
  readonly entries: readonly ObservedEntry[];
  /** Where the next page in the same direction begins; undefined at the end. */
  readonly next: Cursor | undefined;
  /**
   * `stream`: a stream of that name; `index`: a stream of links that the store keeps; `search`: everything was looked
   * through; `missing`: there is no such stream; `deleted`: it was deleted for good.
   */
  readonly source: 'stream' | 'index' | 'search' | 'missing' | 'deleted';
  /** Of a search that stopped at its limit: how many events it has looked at, and how far it came. */
  readonly stopped: { readonly lookedAt: number | undefined; readonly reached: Date | undefined } | undefined;
};

const LOOKED_AT = 5000;
const LOOKED_FOR_MS = 2000;

type Wanted = {
  readonly direction: Direction;
  readonly from: Cursor | undefined;
  readonly size: number;
};

/** @throws NotThere when the store has nothing that begins at the cursor. */
export async function browse(store: EventStore, subject: Subject, wanted: Wanted): Promise<BrowsedPage> {
  try {
    return await readPage(store, subject, wanted);
  } catch (error) {
    // The store's answer to a position that is not one of its own.
    if (wanted.from === undefined || !(error instanceof UnknownError)) throw error;
    throw new NotThere('There is no such place in the store. Begin at the newest or the oldest.', {
      cause: error,
    });
  }
}

async function readPage(
  store: EventStore,
  subject: Subject,
  { direction, from, size }: Wanted,
): Promise<BrowsedPage> {
  const stream = streamFor(subject);
  if (stream !== undefined && (from === undefined || /^\d+$/.test(from))) {
    const read = await readStream(store, stream, direction, from, size);
    if (subject.kind === 'stream') return read;
    if (read.source === 'stream') return { ...read, source: 'index' };
  }
  const position = from === undefined ? undefined : positionOf(from);
  return direction === 'forwards'
    ? searchForwards(store, subject, position, size)
    : searchBackwards(store, subject, position, size);
}

/** The stream that holds it all: where the store's own projections run, also for a category or a type. */
function streamFor(subject: Subject): string | undefined {
  switch (subject.kind) {
    case 'stream':
      return subject.name;
    case 'category':
      return `$ce-${subject.name}`;
    case 'type':
      return `$et-${subject.name}`;
    case 'all':
      return undefined;
  }
}

async function readStream(
  store: EventStore,
  stream: string,
  direction: Direction,
  from: Cursor | undefined,
  size: number,
): Promise<BrowsedPage> {
  const forwards = direction === 'forwards';
  const entries: ObservedEntry[] = [];
  let next: Cursor | undefined;
  try {
    const found = store.client.readStream(stream, {
      direction: forwards ? FORWARDS : BACKWARDS,
      fromRevision: from === undefined ? (forwards ? START : END) : BigInt(from),
      maxCount: size + 1,
      resolveLinkTos: true,
    });
    for await (const resolved of eventsOf(found)) {
      const entry = await observeEntry(store, resolved);
      if (entry === undefined) continue;
      if (entries.length === size) next = String(entry.at.revision);
      else entries.push(entry);
    }
  } catch (error) {
    const source = whyNot(error);
    return { entries: [], next: undefined, source, stopped: undefined };
  }
  return { entries, next, source: 'stream', stopped: undefined };
}

function whyNot(error: unknown): 'missing' | 'deleted' {
  if (error instanceof StreamNotFoundError) return 'missing';
  if (error instanceof StreamDeletedError) return 'deleted';
  throw error;
}

async function searchForwards(
  store: EventStore,
  subject: Subject,
  from: Position | undefined,
  size: number,
): Promise<BrowsedPage> {
  const entries: ObservedEntry[] = [];
  const late = AbortSignal.timeout(LOOKED_FOR_MS);
  let reached = from;
  let last: RecordedEvent | undefined;
  let full = false;
  const onPosition = (position: Position) => {
    if (!full) reached = position;
  };
  const events = readFiltered(store.client, filterFor(subject), { from, stop: late, onPosition });
  for await (const event of events) {
    const entry = await observeEntry(store, { event });
    if (entry !== undefined) entries.push(entry);
    last = event;
    if (entries.length === size) {
      full = true;
      break;
    }
  }
  const stopped = late.aborted && !full ? { lookedAt: undefined, reached: last?.created } : undefined;
  const goesOn = full || stopped !== undefined;
  const next = goesOn && reached !== undefined ? cursorOf(reached) : undefined;
  return { entries, next, source: 'search', stopped };
}

/** No filter of the server's works backwards: the newest events are looked at one by one, up to a limit. */
async function searchBackwards(
  store: EventStore,
  subject: Subject,
  from: Position | undefined,
  size: number,
): Promise<BrowsedPage> {
  const entries: ObservedEntry[] = [];
  const fits = matcherFor(subject);
  const read = store.client.readAll({
    direction: BACKWARDS,
    fromPosition: from ?? END,
    maxCount: LOOKED_AT,
  });
  let lookedAt = 0;
  let last: AllStreamRecordedEvent | undefined;
  for await (const { event } of eventsOf(read)) {
    if (event === undefined) continue;
    lookedAt += 1;
    last = event;
    if (!fits(event)) continue;
    const entry = await observeEntry(store, { event });
    if (entry !== undefined) entries.push(entry);
    if (entries.length === size) break;
  }
  const full = entries.length === size;
  const stopped = !full && lookedAt === LOOKED_AT ? { lookedAt, reached: last?.created } : undefined;
  const next = last !== undefined && (full || stopped !== undefined) ? cursorOf(last.position) : undefined;
  return { entries, next, source: 'search', stopped };
}

function filterFor(subject: Subject): Filter {
  switch (subject.kind) {
    case 'type':
      return eventTypeFilter({ regex: `^${subject.name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$` });
    case 'category':
      return streamNameFilter({ prefixes: [`${subject.name}-`] });
    case 'stream':
    case 'all':
      return streamNameFilter({ regex: '^[^$]' });
  }
}

function matcherFor(subject: Subject): (event: RecordedEvent) => boolean {
  switch (subject.kind) {
    case 'type':
      return ({ type }) => type === subject.name;
    case 'category':
      return ({ streamId }) => streamId.startsWith(`${subject.name}-`);
    case 'stream':
    case 'all':
      return ({ streamId }) => !streamId.startsWith('$');
  }
}

function cursorOf({ commit, prepare }: Position): Cursor {
  return `${commit}-${prepare}`;
}

export function isCursor(text: string): boolean {
  return /^\d{1,18}(-\d{1,18})?$/.test(text);
}

function positionOf(cursor: Cursor): Position {
  const [commit = '0', prepare = commit] = cursor.split('-');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}
