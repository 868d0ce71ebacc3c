import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EventIndex, metadataOwner } from '../index/event-index.ts';
import { type LinkStreams, linkStreamsOf } from '../index/link-streams.ts';
import { withTruncateBefore } from '../index/metadata.ts';
import { DELETED, type StreamEntry } from '../index/stream-entry.ts';
import type { Compaction } from '../log/compaction.ts';
import { EventLog } from '../log/log.ts';
import { FLAG_MORE, FLAG_TOMBSTONE, NO_REVISION, type ProposedEvent } from '../log/record.ts';
import { recover } from '../log/recover.ts';
import type { SegmentFile } from '../log/segment.ts';
import { uuidFromText } from '../wire/uuid.ts';
import { AllBackwards, AllForwards } from './all-reader.ts';
import { decideAppend, decideDelete, type ExpectedRevision } from './decide-append.ts';
import { Followers } from './followers.ts';
import { METADATA_TYPE, metadataStreamOf, TOMBSTONE_TYPE } from './names.ts';
import { RecentIds } from './recent-ids.ts';
import { RecentRecords } from './recent-records.ts';
import { StreamReader } from './stream-reader.ts';
import type { WriteView } from './write-group.ts';
import { Writer, type WriteStatistics } from './writer.ts';

/** What became of an append. Positions are those of the last event. */
type AppendResult =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number }
  /** Nothing was to be written; `revision` is the stream's last one, -1 where it has none. */
  | { readonly kind: 'empty'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong'; readonly current: number }
  | { readonly kind: 'deleted' };

type DeleteResult =
  | { readonly kind: 'deleted'; readonly position: number }
  | { readonly kind: 'wrong'; readonly current: number }
  | { readonly kind: 'gone' };

type EventStoreOptions = {
  readonly dir: string;
  readonly links: LinkStreams;
  readonly segmentSize?: number;
  /** Milliseconds since 1970, with a fraction. */
  readonly clock?: () => number;
};

/** The store without any protocol: appends, deletes, reads, and who follows. */
export class EventStore {
  readonly log: EventLog;
  readonly index: EventIndex;
  readonly streams: StreamReader;
  readonly followers: Followers;
  readonly clock: () => number;
  readonly #recent: RecentRecords;
  readonly #writer: Writer;

  private constructor(log: EventLog, index: EventIndex, links: LinkStreams, clock: () => number) {
    this.log = log;
    this.index = index;
    this.clock = clock;
    this.#recent = new RecentRecords(log.committed);
    this.followers = new Followers((record) => linkStreamsOf(record, links));
    this.streams = new StreamReader({ log, index, recent: this.#recent, clock });
    this.#writer = new Writer({
      log,
      index,
      ids: new RecentIds(),
      clock,
      committed: (records) => {
        this.#recent.add(records);
        this.followers.committed(records);
      },
    });
  }

  /** Opens the log, cuts off what a crash left unfinished, and lets the index catch up. */
  static async open(options: EventStoreOptions): Promise<EventStore> {
    const logOptions = options.segmentSize === undefined ? {} : { segmentSize: options.segmentSize };
    const log = await EventLog.open(join(options.dir, 'log'), logOptions);
    const index = await EventIndex.open(join(options.dir, 'index'), options.links);
    recover(log, index);
    return new EventStore(log, index, options.links, options.clock ?? defaultClock);
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly ProposedEvent[],
  ): Promise<AppendResult> {
    return this.#writer.submit((view) => planAppend(view, stream, expected, events));
  }

  /** Deletes softly: hides all events, by metadata; the stream can come to life again. */
  softDelete(stream: string, expected: ExpectedRevision): Promise<DeleteResult> {
    return this.#writer.submit((view) => {
      const decision = decideDelete(expected, view.stream(stream), false);
      if (decision.kind === 'wrong') return decision;
      if (decision.kind === 'deleted' || isOwnedByTombstone(view, stream)) return { kind: 'gone' };
      return { kind: 'deleted', position: addTruncation(view, stream, DELETED, 0) };
    });
  }

  /** Deletes for good. */
  tombstone(stream: string, expected: ExpectedRevision): Promise<DeleteResult> {
    return this.#writer.submit((view) => {
      const decision = decideDelete(expected, view.stream(stream), true);
      if (decision.kind === 'wrong') return decision;
      if (decision.kind === 'deleted' || isOwnedByTombstone(view, stream)) return { kind: 'gone' };
      const event = { ...newEvent(TOMBSTONE_TYPE, Buffer.alloc(0)), json: false };
      return { kind: 'deleted', position: view.add(stream, NO_REVISION, event, FLAG_TOMBSTONE) };
    });
  }

  /** Reads `$all` from the first record at or after `from`. */
  allForwards(from: number): AllForwards {
    return new AllForwards(this.log, this.#recent, from);
  }

  allBackwards(before: number): AllBackwards {
    return new AllBackwards(this.log, before);
  }

  /** Lets everything that is written now be scavenged: what comes next goes to a new segment. */
  async closeSegment(): Promise<void> {
    this.log.requestNewSegment();
    await this.#writer.submit(() => undefined);
  }

  /** Puts a compacted file in the place of a segment. */
  replaceSegment(segment: SegmentFile, compaction: Compaction): void {
    this.log.segments.replace(segment, compaction);
    this.#recent.clear(this.log.committed);
  }

  get writes(): WriteStatistics {
    return this.#writer.statistics;
  }

  get queuedAppends(): number {
    return this.#writer.queued;
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.index.close();
    this.log.close();
  }
}

function planAppend(
  view: WriteView,
  stream: string,
  expected: ExpectedRevision,
  events: readonly ProposedEvent[],
): AppendResult {
  if (isOwnedByTombstone(view, stream)) return { kind: 'deleted' };
  const decision = decideAppend(
    expected,
    view.stream(stream),
    events.map((event) => event.id),
    {
      recent: (id) => view.recentRevision(stream, id),
      isAt: (revision, id) => view.event(stream, revision)?.id.equals(id) ?? false,
    },
  );
  switch (decision.kind) {
    case 'deleted':
    case 'wrong':
      return decision;
    case 'empty':
      return { kind: 'empty', revision: decision.current, position: view.position };
    case 'repeated':
      return {
        kind: 'appended',
        revision: decision.revision,
        position: view.event(stream, decision.revision)?.position ?? 0,
      };
    case 'write': {
      if (decision.recreates) addTruncation(view, stream, decision.last + 1, FLAG_MORE);
      let position = 0;
      for (const [offset, event] of events.entries()) {
        const flags = offset < events.length - 1 ? FLAG_MORE : 0;
        position = view.add(stream, decision.last + 1 + offset, event, flags);
      }
      return { kind: 'appended', revision: decision.last + events.length, position };
    }
  }
}

function isOwnedByTombstone(view: WriteView, stream: string): boolean {
  const owner = metadataOwner(stream);
  return owner !== undefined && isTombstoned(view.stream(owner));
}

function isTombstoned(entry: StreamEntry | undefined): boolean {
  return entry !== undefined && entry.tombstone > 0;
}

/** Writes the stream's metadata with another `$tb`. */
function addTruncation(view: WriteView, stream: string, before: number, flags: number): number {
  const name = metadataStreamOf(stream);
  const last = view.stream(name)?.last ?? -1;
  const written = last < 0 ? undefined : view.event(name, last);
  const metadata = withTruncateBefore(written?.json ? written.data : undefined, before);
  return view.add(name, last + 1, newEvent(METADATA_TYPE, metadata), flags);
}

/** A JSON event of the node's own. */
export function newEvent(type: string, data: Buffer, metadata: Buffer = Buffer.alloc(0)): ProposedEvent {
  return { id: uuidFromText(randomUUID()) ?? Buffer.alloc(16), type, json: true, metadata, data };
}

function defaultClock(): number {
  return performance.timeOrigin + performance.now();
}
