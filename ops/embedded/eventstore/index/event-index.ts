import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { uptime } from 'node:os';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { LogRecord } from '../log/record.ts';
import { BoundedCache } from './bounded-cache.ts';
import { type LinkStreams, linkStreamsOf } from './link-streams.ts';
import { applyMetadata } from './metadata.ts';
import { decodeEntry, encodeEntry, entryAfter, NO_STREAM, type StreamEntry } from './stream-entry.ts';

/** Change it with the layout: an index of another version is built anew from the log. */
const VERSION = 1;
const MAX_KEY = 1900;
const CACHED_STREAMS = 10_000;

/** An event as the index finds it. */
export type IndexedEvent = { readonly streamId: number; readonly revision: number };

/** Whose metadata stream is it? Undefined for every other stream. */
export function metadataOwner(stream: string): string | undefined {
  return stream.length > 2 && stream.startsWith('$$') ? stream.slice(2) : undefined;
}

/**
 * Finds events: stream name → what is known of the stream, stream and revision → position in the log.
 *
 * It follows the log and holds nothing that the log does not hold, so it is never synced: when the process dies, the kernel
 * still has its pages; when the machine dies, the index is built anew (told by the id that the kernel gives each boot).
 */
export class EventIndex {
  readonly #env: RootDatabase<Buffer, Buffer>;
  readonly #streams: Database<Buffer, Buffer>;
  readonly #events: Database<Buffer, Buffer>;
  readonly #meta: Database<Buffer, string>;
  readonly #links: LinkStreams;
  readonly #cache = new BoundedCache<string, StreamEntry>(CACHED_STREAMS);
  #nextId: number;
  #followed: number;

  private constructor(env: RootDatabase<Buffer, Buffer>, links: LinkStreams) {
    this.#env = env;
    this.#links = links;
    this.#streams = env.openDB({ name: 'streams', encoding: 'binary', keyEncoding: 'binary' });
    this.#events = env.openDB({ name: 'events', encoding: 'binary', keyEncoding: 'binary' });
    this.#meta = env.openDB({ name: 'meta', encoding: 'binary' });
    this.#nextId = this.#number('nextId') ?? 1;
    this.#followed = this.#number('followed') ?? 0;
  }

  static async open(path: string, links: LinkStreams): Promise<EventIndex> {
    const index = new EventIndex(openEnvironment(path), links);
    const written = index.#meta.get('written')?.toString();
    const expected = `${VERSION} ${links} ${bootId()}`;
    if (written === expected) return index;
    await index.#env.close();
    await rm(path, { recursive: true, force: true });
    const fresh = new EventIndex(openEnvironment(path), links);
    fresh.#meta.putSync('written', Buffer.from(expected));
    return fresh;
  }

  /** Everything in the log before this position is in the index. */
  get followed(): number {
    return this.#followed;
  }

  /** Follows the log: takes in records that are committed, in order; `end` is the position after the last one. */
  follow(records: readonly LogRecord[], end: number): void {
    const nextId = this.#nextId;
    try {
      this.#env.transactionSync(() => {
        for (const record of records) this.#take(record);
        this.#meta.putSync('nextId', Buffer.from(String(this.#nextId)));
        this.#meta.putSync('followed', Buffer.from(String(end)));
      });
    } catch (error) {
      this.#nextId = nextId;
      this.#cache.clear();
      throw error;
    }
    this.#followed = end;
  }

  stream(name: string): StreamEntry | undefined {
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const bytes = this.#streams.getBinaryFast(streamKey(name));
    if (bytes === undefined) return undefined;
    const entry = decodeEntry(bytes);
    this.#cache.set(name, entry);
    return entry;
  }

  /** Position of one event of a stream; undefined where there is none. */
  position(streamId: number, revision: number): number | undefined {
    const bytes = this.#events.getBinaryFast(eventKey(streamId, revision));
    return bytes === undefined ? undefined : readPosition(bytes);
  }

  /** Positions of up to `limit` events of a stream from `from` on, upwards or (`backwards`) downwards. */
  positions(
    streamId: number,
    from: number,
    limit: number,
    backwards = false,
  ): { revision: number; position: number }[] {
    const found: { revision: number; position: number }[] = [];
    const range = backwards
      ? { start: eventKey(streamId, from), end: eventKey(streamId - 1, 2 ** 48 - 1), reverse: true, limit }
      : { start: eventKey(streamId, from), end: eventKey(streamId + 1, 0), limit };
    for (const { key, value } of this.#events.getRange(range)) {
      found.push({ revision: Buffer.from(key).readUIntBE(6, 6), position: readPosition(value) });
    }
    return found;
  }

  /** Forgets events that are in the log no more. */
  forget(events: readonly IndexedEvent[]): void {
    this.#env.transactionSync(() => {
      for (const { streamId, revision } of events) this.#events.removeSync(eventKey(streamId, revision));
    });
  }

  /** How many streams the index knows. */
  get streamCount(): number {
    return this.#nextId - 1;
  }

  async close(): Promise<void> {
    await this.#env.close();
  }

  #take(record: LogRecord): void {
    const entry = this.stream(record.stream) ?? this.#fresh();
    if (!record.tombstone) this.#putEvent(entry.id, record.revision, record.position);
    this.#put(record.stream, entryAfter(entry, record));
    const owner = metadataOwner(record.stream);
    if (owner !== undefined) {
      const owned = this.stream(owner) ?? this.#fresh();
      const changed = applyMetadata(owned, record);
      if (changed !== owned) this.#put(owner, changed);
    }
    for (const link of linkStreamsOf(record, this.#links)) {
      const linked = this.stream(link) ?? this.#fresh();
      this.#putEvent(linked.id, linked.last + 1, record.position);
      this.#put(link, { ...linked, last: linked.last + 1 });
    }
  }

  #fresh(): StreamEntry {
    return { id: this.#nextId++, ...NO_STREAM };
  }

  #put(name: string, entry: StreamEntry): void {
    this.#streams.putSync(streamKey(name), encodeEntry(entry));
    this.#cache.set(name, entry);
  }

  #putEvent(streamId: number, revision: number, position: number): void {
    const value = Buffer.allocUnsafe(6);
    value.writeUIntLE(position, 0, 6);
    this.#events.putSync(eventKey(streamId, revision), value);
  }

  #number(key: string): number | undefined {
    const text = this.#meta.get(key)?.toString();
    return text === undefined ? undefined : Number(text);
  }
}

function openEnvironment(path: string): RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({
    path,
    encoding: 'binary',
    keyEncoding: 'binary',
    noSync: true,
    overlappingSync: false,
    maxDbs: 8,
  });
}

function streamKey(name: string): Buffer {
  const bytes = Buffer.from(name);
  if (bytes.length <= MAX_KEY) return bytes;
  return Buffer.concat([bytes.subarray(0, MAX_KEY - 32), createHash('sha256').update(bytes).digest()]);
}

function eventKey(streamId: number, revision: number): Buffer {
  const key = Buffer.allocUnsafe(12);
  key.writeUIntBE(streamId, 0, 6);
  key.writeUIntBE(revision, 6, 6);
  return key;
}

function readPosition(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, 6).readUIntLE(0, 6);
}

/** Names this run of the machine: by its id, or, where the system has none, by the minute in which it began. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `since-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
