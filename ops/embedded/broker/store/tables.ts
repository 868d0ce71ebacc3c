import type { Database, RootDatabase } from 'lmdb';
import { copyTable } from '../../shared/lmdb-file.ts';
import type { BindingDefinition, ExchangeDefinition, QueueDefinition } from './definitions.ts';

/** What the broker's file holds. */
export type Tables = {
  /** Single values, such as the last id that a queue was given. */
  readonly root: Database<unknown, string>;
  readonly exchanges: Database<ExchangeDefinition, string>;
  readonly queues: Database<QueueDefinition, string>;
  readonly bindings: Database<BindingDefinition, string>;
  /** By the id of a queue: the place below which everything was handed to someone. */
  readonly delivered: Database<number, number>;
  /** By queue and place: see message-key.ts. */
  readonly messages: Database<Buffer, Buffer>;
};

/** Under it the root has the last id that a queue was given. */
export const LAST_QUEUE_ID = 'lastQueueId';

export function openTables(root: RootDatabase<unknown, string>): Tables {
  return {
    root,
    exchanges: root.openDB('exchanges', {}),
    queues: root.openDB('queues', {}),
    bindings: root.openDB('bindings', {}),
    delivered: root.openDB('delivered', { keyEncoding: 'uint32' }),
    messages: root.openDB('messages', { keyEncoding: 'binary', encoding: 'binary' }),
  };
}

/** Copies every table to a new file. */
export async function copyTables(from: Tables, to: Tables): Promise<void> {
  const lastQueueId = from.root.get(LAST_QUEUE_ID);
  if (lastQueueId !== undefined) await to.root.put(LAST_QUEUE_ID, lastQueueId);
  await copyTable(from.exchanges, to.exchanges);
  await copyTable(from.queues, to.queues);
  await copyTable(from.bindings, to.bindings);
  await copyTable(from.delivered, to.delivered);
  await copyTable(from.messages, to.messages);
}
