// First pass of an export: what hides events. `$all` shows what was truncated and deleted until the store is scavenged; an
// export does not, least of all the keys of people who were erased.
import { type EventStoreDBClient, eventTypeFilter, type RecordedEvent } from '@eventstore/db-client';
import { readFiltered } from '../../shared-contracts/runtime/event-store/filtered-read.ts';
import { type KeptStreams, METADATA_TYPE, meansDeleted, ownerOf, TOMBSTONE_TYPE } from './kept-streams.ts';

/** A stream with metadata; only such can have lost events. Memory grows with their number, not with that of all streams. */
type Hiding = {
  /** Events below are hidden. */
  before: number;
  /** Revision of the newest metadata; older ones can no longer be read. */
  newest: number;
};

/** What hides events while they are `$metadata` of an older revision. */
const HIDING_KEYS = new Set(['$tb', '$maxCount', '$maxAge']);

export class HiddenEvents {
  readonly #streams = new Map<string, Hiding>();
  /** Of streams that may have gaps: the revision that comes next. */
  readonly #next = new Map<string, number>();

  add({ streamId, type, revision, data }: RecordedEvent): void {
    if (type === TOMBSTONE_TYPE) {
      this.#of(streamId).before = Number.POSITIVE_INFINITY;
      return;
    }
    const owner = ownerOf(streamId);
    if (owner === undefined) return;
    const hiding = this.#of(owner);
    hiding.newest = Number(revision);
    const before: unknown = Reflect.get(Object(data), '$tb');
    hiding.before = meansDeleted(before) ? Number.POSITIVE_INFINITY : typeof before === 'number' ? before : 0;
  }

  isHidden({ streamId, revision }: Pick<RecordedEvent, 'streamId' | 'revision'>): boolean {
    return Number(revision) < (this.#streams.get(streamId)?.before ?? 0);
  }

  /** How many revisions in front of this event are no longer in the store. Each event is to be asked for once, in order. */
  lostBefore({ streamId, revision }: RecordedEvent): number {
    if (!this.#streams.has(ownerOf(streamId) ?? streamId)) return 0;
    const lost = Number(revision) - (this.#next.get(streamId) ?? 0);
    this.#next.set(streamId, Number(revision) + 1);
    return lost;
  }

  /** The data of metadata: an older revision, which nobody can read, hides nothing any more. */
  metadataOf({ streamId, revision, data }: RecordedEvent): unknown {
    const newest = this.#streams.get(ownerOf(streamId) ?? '')?.newest ?? 0;
    if (Number(revision) >= newest || typeof data !== 'object') return data;
    return Object.fromEntries(Object.entries(data).filter(([key]) => !HIDING_KEYS.has(key)));
  }

  #of(stream: string): Hiding {
    const known = this.#streams.get(stream) ?? { before: 0, newest: 0 };
    this.#streams.set(stream, known);
    return known;
  }
}

/** @param head commit position of the last event that counts. */
export async function readHiddenEvents(
  client: EventStoreDBClient,
  kept: KeptStreams,
  head: bigint,
  stop: AbortSignal,
): Promise<HiddenEvents> {
  const hidden = new HiddenEvents();
  const filter = eventTypeFilter({ prefixes: [METADATA_TYPE, TOMBSTONE_TYPE] });
  for await (const event of readFiltered(client, filter, { stop })) {
    if (event.position.commit > head) break;
    if (kept.has(event.streamId)) hidden.add(event);
  }
  return hidden;
}
