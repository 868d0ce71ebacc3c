import { type IndexedEvent, metadataOwner } from '../index/event-index.ts';
import { Compaction } from '../log/compaction.ts';
import type { LogRecord } from '../log/record.ts';
import { ForwardScan } from '../log/scan.ts';
import type { SegmentFile } from '../log/segment.ts';
import type { EventStore } from './event-store.ts';

/** Records looked at before others get their turn. */
const SLICE = 500;

export type ScavengeResult = { readonly removedEvents: number; readonly freedBytes: number };

type ScavengeOptions = {
  /** Events of this stream from this revision on are kept, hidden or not. */
  readonly keptFrom: (stream: string) => number | undefined;
  /** Aborted when the scavenge is to end early; what is done by then stays. */
  readonly signal: AbortSignal;
};

/**
 * Gives the space of deleted, truncated and expired events back, segment by segment, while the store serves. Positions and
 * revisions of what remains do not change. The newest event of a stream is always kept: it says how far its numbering is.
 */
export async function scavenge(store: EventStore, options: ScavengeOptions): Promise<ScavengeResult> {
  await store.closeSegment();
  const result = { removedEvents: 0, freedBytes: 0 };
  for (const segment of store.log.segments.all.slice(0, -1)) {
    if (options.signal.aborted) break;
    const removed = await scavengeSegment(store, segment, options);
    result.removedEvents += removed.events;
    result.freedBytes += removed.bytes;
  }
  return result;
}

async function scavengeSegment(
  store: EventStore,
  segment: SegmentFile,
  options: ScavengeOptions,
): Promise<{ events: number; bytes: number }> {
  const removable = (record: LogRecord): boolean => isGone(store, record, options);
  if (!(await holdsAny(store, segment, removable))) return { events: 0, bytes: 0 };
  const compaction = new Compaction(segment);
  const removed: IndexedEvent[] = [];
  let bytes = 0;
  for await (const record of recordsOf(store, segment)) {
    if (!removable(record)) {
      compaction.keep(record.detached());
      continue;
    }
    removed.push({ streamId: store.index.stream(record.stream)?.id ?? 0, revision: record.revision });
    bytes += record.size;
  }
  store.replaceSegment(segment, compaction);
  for (let start = 0; start < removed.length; start += SLICE) {
    store.index.forget(removed.slice(start, start + SLICE));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { events: removed.length, bytes };
}

async function holdsAny(
  store: EventStore,
  segment: SegmentFile,
  is: (record: LogRecord) => boolean,
): Promise<boolean> {
  for await (const record of recordsOf(store, segment)) if (is(record)) return true;
  return false;
}

async function* recordsOf(store: EventStore, segment: SegmentFile): AsyncGenerator<LogRecord> {
  const end = store.log.segments.after(segment)?.base ?? store.log.committed;
  const scan = new ForwardScan(store.log, segment.base);
  for (let looked = 1; ; looked += 1) {
    const record = scan.next();
    if (record === undefined || record.position >= end) return;
    yield record;
    if (looked % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Will nobody ever see this event again? */
function isGone(store: EventStore, record: LogRecord, { keptFrom }: ScavengeOptions): boolean {
  if (record.tombstone) return false;
  const { stream, revision } = record;
  const entry = store.index.stream(stream);
  if (entry === undefined) return false;
  const owner = metadataOwner(stream);
  if (owner !== undefined && (store.index.stream(owner)?.tombstone ?? 0) > 0) return true;
  if (entry.tombstone > 0) return true;
  if (revision === entry.last || revision >= (keptFrom(stream) ?? Number.POSITIVE_INFINITY)) return false;
  const view = store.streams.view(stream);
  if (view.kind !== 'present') return true;
  return revision < view.first || record.created < view.notBefore;
}
