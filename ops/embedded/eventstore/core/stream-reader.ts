import { createHash } from 'node:crypto';
import { type EventIndex, metadataOwner } from '../index/event-index.ts';
import { CORRELATION_PREFIX, correlationId, isLinkStream } from '../index/link-streams.ts';
import { isSoftDeleted, type StreamEntry } from '../index/stream-entry.ts';
import type { EventLog } from '../log/log.ts';
import { encodeRecord, LogRecord, NO_REVISION } from '../log/record.ts';
import { uuidToText } from '../wire/uuid.ts';
import { LINK_TYPE } from './names.ts';
import type { RecentRecords } from './recent-records.ts';

/** What a reader finds of a stream as a whole. */
export type StreamView =
  | { readonly kind: 'missing' }
  | { readonly kind: 'deleted' }
  /** Events from `first` on are shown; those created before `notBefore` (ms since 1970) are not. */
  | {
      readonly kind: 'present';
      readonly id: number;
      readonly first: number;
      readonly last: number;
      readonly notBefore: number;
    };

export type StreamPage = {
  readonly records: readonly LogRecord[];
  /** Where the next page begins; undefined when there is none now. */
  readonly next: number | undefined;
};

const WIRE_TOMBSTONE = '9223372036854775807';

/** Reads streams: finds events by the index, takes them from memory or the log, hides what metadata hides. */
export class StreamReader {
  readonly #log: EventLog;
  readonly #index: EventIndex;
  readonly #recent: RecentRecords;
  readonly #clock: () => number;

  constructor(parts: { log: EventLog; index: EventIndex; recent: RecentRecords; clock: () => number }) {
    this.#log = parts.log;
    this.#index = parts.index;
    this.#recent = parts.recent;
    this.#clock = parts.clock;
  }

  view(stream: string): StreamView {
    const entry = this.#index.stream(stream);
    const owner = metadataOwner(stream);
    if (owner !== undefined && (this.#index.stream(owner)?.tombstone ?? 0) > 0) return { kind: 'deleted' };
    if (entry === undefined) return { kind: 'missing' };
    if (entry.tombstone > 0) return { kind: 'deleted' };
    if (entry.last < 0 || isSoftDeleted(entry)) return { kind: 'missing' };
    return { kind: 'present', id: entry.id, last: entry.last, ...this.#shown(entry, owner !== undefined) };
  }

  /** Up to `limit` events upwards from `from`. */
  forwards(stream: string, view: StreamView & { kind: 'present' }, from: number, limit: number): StreamPage {
    const start = Math.max(from, view.first);
    if (start > view.last) return { records: [], next: undefined };
    const found = this.#index.positions(view.id, start, limit);
    const after = found.at(-1)?.revision;
    return {
      records: this.#records(stream, view, found),
      next: after === undefined || found.length < limit || after >= view.last ? undefined : after + 1,
    };
  }

  /** Up to `limit` events downwards from `from`. */
  backwards(stream: string, view: StreamView & { kind: 'present' }, from: number, limit: number): StreamPage {
    const start = Math.min(from, view.last);
    if (start < view.first) return { records: [], next: undefined };
    const found = this.#index
      .positions(view.id, start, limit, true)
      .filter(({ revision }) => revision >= view.first);
    const before = found.at(-1)?.revision;
    return {
      records: this.#records(stream, view, found),
      next: before === undefined || found.length < limit || before <= view.first ? undefined : before - 1,
    };
  }

  /** One event, where it is there and shown. */
  event(stream: string, revision: number): LogRecord | undefined {
    const view = this.view(stream);
    if (view.kind !== 'present' || revision < view.first || revision > view.last) return undefined;
    return this.#records(stream, view, this.#index.positions(view.id, revision, 1)).find(
      (record) => record.revision === revision,
    );
  }

  /** One event as it was written, shown or not. */
  stored(stream: string, revision: number): LogRecord | undefined {
    const entry = this.#index.stream(stream);
    const position = entry && this.#index.position(entry.id, revision);
    return position === undefined ? undefined : this.at(position);
  }

  /** The tombstone of a stream that has one. */
  tombstone(stream: string): LogRecord | undefined {
    const position = this.#index.stream(stream)?.tombstone ?? 0;
    return position === 0 ? undefined : this.at(position);
  }

  /** The record at this position of the log. */
  at(position: number): LogRecord | undefined {
    return this.#recent.at(position) ?? this.#log.read(position);
  }

  /** What a link points at; undefined where that is not shown any more, or the link's data says nothing. */
  target(link: LogRecord): LogRecord | undefined {
    const text = link.data.toString('utf8');
    const at = text.indexOf('@');
    const revision = at > 0 ? Number(text.slice(0, at)) : Number.NaN;
    return Number.isInteger(revision) ? this.event(text.slice(at + 1), revision) : undefined;
  }

  #shown(entry: StreamEntry, isMetadata: boolean): { first: number; notBefore: number } {
    const maxCount = isMetadata ? 1 : entry.maxCount;
    const byCount = maxCount > 0 ? entry.last - maxCount + 1 : 0;
    return {
      first: Math.max(0, entry.truncateBefore, byCount),
      notBefore: entry.maxAge > 0 ? this.#clock() - entry.maxAge * 1000 : 0,
    };
  }

  #records(
    stream: string,
    view: StreamView & { kind: 'present' },
    found: readonly { revision: number; position: number }[],
  ): LogRecord[] {
    const records: LogRecord[] = [];
    for (const { revision, position } of found) {
      const stored = this.at(position);
      if (stored === undefined || stored.created < view.notBefore) continue;
      records.push(
        isLinkStream(stream) && stored.stream !== stream ? computedLink(stream, revision, stored) : stored,
      );
    }
    return records;
  }
}

/** The link that a link stream has for an event: made when it is read, always the same. */
function computedLink(stream: string, revision: number, target: LogRecord): LogRecord {
  const position = target.position;
  const correlation = correlationId(target.metadata);
  const metadata = {
    $v: stream.startsWith(CORRELATION_PREFIX) ? '5:-1:1:4' : '3:-1:1:4',
    $c: position,
    $p: position,
    $o: target.stream,
    ...(target.tombstone ? { $deleted: -1 } : {}),
    ...(correlation === undefined ? {} : { $correlationId: correlation }),
    $causedBy: uuidToText(target.id),
  };
  const targetRevision = target.revision === NO_REVISION ? WIRE_TOMBSTONE : String(target.revision);
  const id = createHash('sha256').update(target.id).update(stream).digest().subarray(0, 16);
  const bytes = encodeRecord(
    {
      id,
      type: LINK_TYPE,
      json: false,
      metadata: Buffer.from(JSON.stringify(metadata)),
      data: Buffer.from(`${targetRevision}@${target.stream}`),
    },
    { position, stream, revision, created: target.created, flags: 0 },
  );
  return new LogRecord(bytes);
}
