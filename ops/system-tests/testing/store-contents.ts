// All that can be read of a store, to hold two stores against each other.
import type { EventStoreDBClient, RecordedEvent } from '@eventstore/db-client';
import { GROUPS, streamOf } from '../../../shared-contracts/messages/names.ts';
import { eventsOf } from '../../../shared-contracts/runtime/event-store/events-of.ts';

const told = ({ streamId, revision, id, type, isJson, data, metadata }: RecordedEvent) => ({
  at: `${revision}@${streamId}`,
  id,
  type,
  isJson,
  data: data instanceof Uint8Array ? Buffer.from(data).toString('hex') : data,
  metadata: metadata instanceof Uint8Array ? Buffer.from(metadata).toString('hex') : metadata,
});

/** Everything that can be read of our streams, in the order of `$all`; and each stream by itself, with its metadata. */
export async function contentsOf(client: EventStoreDBClient) {
  const names = new Set<string>();
  const order: string[] = [];
  for await (const { event } of eventsOf(client.readAll())) {
    if (event === undefined || /^\$(?!\$[^$])/.test(event.streamId)) continue;
    names.add(event.streamId);
    order.push(`${event.revision}@${event.streamId}`);
  }
  names.add(streamOf.parked(GROUPS.customerNotifications.name));
  const streams: Record<string, unknown> = {};
  for (const name of [...names].sort()) {
    const events: unknown[] = [];
    try {
      for await (const { event } of eventsOf(client.readStream(name))) {
        if (event === undefined) continue;
        // What the store wrote itself when a stream was deleted has an id of its own.
        const all = told(event);
        events.push(name === '$$soft-deleted' ? { ...all, id: '' } : all);
      }
      streams[name] = events;
    } catch (error) {
      streams[name] = error instanceof Error ? error.name : 'unknown';
    }
  }
  return { order, streams };
}
