import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import { appendHandler } from './append.ts';
import { batchAppendHandler } from './batch-append.ts';
import { deleteHandler } from './delete.ts';
import { readHandler } from './read.ts';

/** `event_store.client.streams.Streams`, by method path. */
export function streamsService(store: EventStore, guard: Guard): [string, Handler][] {
  const service = '/event_store.client.streams.Streams';
  return [
    [`${service}/Read`, readHandler(store, guard)],
    [`${service}/Append`, appendHandler(store, guard)],
    [`${service}/BatchAppend`, batchAppendHandler(store, guard)],
    [`${service}/Delete`, deleteHandler(store, guard, 'soft')],
    [`${service}/Tombstone`, deleteHandler(store, guard, 'hard')],
  ];
}
