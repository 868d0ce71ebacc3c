// What an export holds, read from the store: everything up to the head that is noted at the start.
import { type EventStoreDBClient, FORWARDS, type RecordedEvent, START } from '@eventstore/db-client';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { lastPosition } from '../../shared-contracts/runtime/event-store/last-position.ts';
import { lastRecorded, recordedEvents } from '../../shared-contracts/runtime/event-store/recorded-events.ts';
import { type Entry, type ExportedEvent, type ExportHeader, FORMAT_VERSION } from './export-line.ts';
import { readGroupPlaces } from './group-places.ts';
import { type HiddenEvents, readHiddenEvents } from './hidden-events.ts';
import { keptStreams, METADATA_TYPE, ownerOf, TOMBSTONE_TYPE } from './kept-streams.ts';

export type StoreContents = {
  readonly header: ExportHeader;
  readonly entries: AsyncGenerator<Entry, void, undefined>;
};

/**
 * The order of the first three steps makes it consistent while the system runs: what a group had settled had its effect
 * before, and was parked before, so both are in front of the head.
 */
export async function readStore(client: EventStoreDBClient, stop: AbortSignal): Promise<StoreContents> {
  const groups = await readGroupPlaces(client);
  const parked = new Map<string, bigint>();
  for (const { name } of groups) {
    const stream = streamOf.parked(name);
    const last = await lastRecorded(client, stream);
    if (last !== undefined) parked.set(stream, last.revision);
  }
  const head = (await lastPosition(client))?.commit ?? 0n;
  const kept = keptStreams(groups);
  const hidden = await readHiddenEvents(client, kept, head, stop);

  async function* entries(): AsyncGenerator<Entry, void, undefined> {
    const all = client.readAll({ direction: FORWARDS, fromPosition: START });
    for await (const { event } of eventsOf(all)) {
      if (event === undefined) continue;
      if (event.position.commit > head) break;
      stop.throwIfAborted();
      if (kept.has(event.streamId)) yield* entriesOf(event, hidden);
    }
    for (const [stream, end] of parked) yield* readParked(client, stream, end);
  }

  return {
    header: {
      kind: 'header',
      format: 'deskstream-export',
      version: FORMAT_VERSION,
      createdAt: new Date().toISOString(),
      head: head.toString(),
      groups: [...groups],
    },
    entries: entries(),
  };
}

function* entriesOf(event: RecordedEvent, hidden: HiddenEvents): Generator<Entry, void, undefined> {
  const { streamId: stream, type, created } = event;
  const position = String(event.position?.commit);
  if (type === TOMBSTONE_TYPE) {
    yield { kind: 'tombstone', stream, created: created.toISOString(), position };
    return;
  }
  const revision = Number(event.revision);
  const lost = hidden.lostBefore(event);
  if (lost > 0) yield { kind: 'gone', stream, revision: revision - lost, count: lost, position };
  if (hidden.isHidden(event)) {
    yield { kind: 'gone', stream, revision, count: 1, position };
    return;
  }
  const entry = entryOf(event);
  const isMetadata = type === METADATA_TYPE && ownerOf(stream) !== undefined;
  yield { ...entry, ...(isMetadata ? { data: hidden.metadataOf(event) } : {}), position };
}

function entryOf({
  streamId,
  revision,
  id,
  type,
  isJson,
  data,
  metadata,
  created,
}: RecordedEvent): ExportedEvent {
  return {
    kind: 'event',
    stream: streamId,
    revision: Number(revision),
    id,
    type,
    contentType: isJson ? 'application/json' : 'application/octet-stream',
    data: data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data,
    ...(metadata instanceof Uint8Array
      ? { binaryMetadata: Buffer.from(metadata).toString('base64') }
      : metadata === undefined
        ? {}
        : { metadata }),
    created: created.toISOString(),
  };
}

/** `$all` never shows what groups on it have parked. */
async function* readParked(
  client: EventStoreDBClient,
  stream: string,
  end: bigint,
): AsyncGenerator<Entry, void, undefined> {
  let next = 0;
  for await (const event of recordedEvents(client, stream, {}, 'none')) {
    if (event.revision > end) return;
    const revision = Number(event.revision);
    if (revision > next) yield { kind: 'gone', stream, revision: next, count: revision - next };
    yield entryOf(event);
    next = revision + 1;
  }
}
