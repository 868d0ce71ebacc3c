import { type EventIndex, metadataOwner } from '../index/event-index.ts';
import { applyMetadata } from '../index/metadata.ts';
import { entryAfter, NO_STREAM, type StreamEntry } from '../index/stream-entry.ts';
import type { EventLog } from '../log/log.ts';
import { encodeRecord, LogRecord, type ProposedEvent } from '../log/record.ts';
import { RecentIds } from './recent-ids.ts';

/** What one piece of work sees and does while the next group of appends is put together. */
export type WriteView = {
  /** The stream as it will be after what is already in the group. */
  stream(name: string): StreamEntry | undefined;
  recentRevision(stream: string, id: Buffer): number | undefined;
  /** The event at this revision, as it was written. */
  event(stream: string, revision: number): LogRecord | undefined;
  /** Adds an event to the group and returns its position. */
  add(stream: string, revision: number, event: ProposedEvent, flags: number): number;
  /** The position that the next added event gets. */
  readonly position: number;
};

/** The events that go to disk together, and what streams are like after them. */
export class WriteGroup implements WriteView {
  readonly records: LogRecord[] = [];
  readonly #index: EventIndex;
  readonly #log: EventLog;
  readonly #ids: RecentIds;
  readonly #created: number;
  readonly #streams = new Map<string, StreamEntry>();
  readonly #added = new Map<string, LogRecord>();
  readonly #written = new RecentIds();
  readonly #start: number;
  bytes = 0;

  constructor(log: EventLog, index: EventIndex, ids: RecentIds, created: number) {
    this.#log = log;
    this.#index = index;
    this.#ids = ids;
    this.#created = created;
    this.#start = log.end;
  }

  get position(): number {
    return this.#start + this.bytes;
  }

  stream(name: string): StreamEntry | undefined {
    return this.#streams.get(name) ?? this.#index.stream(name);
  }

  recentRevision(stream: string, id: Buffer): number | undefined {
    const written = this.#written.find(id) ?? this.#ids.find(id);
    return written?.stream === stream ? written.revision : undefined;
  }

  event(stream: string, revision: number): LogRecord | undefined {
    const added = this.#added.get(`${revision}@${stream}`);
    if (added !== undefined) return added;
    const entry = this.#index.stream(stream);
    const position = entry && this.#index.position(entry.id, revision);
    return position === undefined ? undefined : this.#log.read(position);
  }

  add(stream: string, revision: number, event: ProposedEvent, flags: number): number {
    const position = this.position;
    const record = new LogRecord(
      encodeRecord(event, { position, stream, revision, created: this.#created, flags }),
    );
    this.records.push(record);
    this.bytes += record.size;
    this.#added.set(`${revision}@${stream}`, record);
    this.#written.add(event.id, stream, revision);
    this.#streams.set(stream, entryAfter(this.stream(stream) ?? { id: 0, ...NO_STREAM }, record));
    const owner = metadataOwner(stream);
    if (owner !== undefined) {
      this.#streams.set(owner, applyMetadata(this.stream(owner) ?? { id: 0, ...NO_STREAM }, record));
    }
    return position;
  }
}
