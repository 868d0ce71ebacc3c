import { randomUUID } from 'node:crypto';
import { binaryEvent } from '@eventstore/db-client';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';

/**
 * Appends what an operator's replay appends: a link to the event, in the stream that the group hears too.
 *
 * @param id that the ledger asked for; a link with a `batch` is heeded only if its request is in the ledger.
 */
export async function askReplay(
  store: EventStore,
  { declaration: { name } }: Pick<SubscriptionGroup, 'declaration'>,
  stream: string,
  revision: number,
  metadata: Readonly<Record<string, unknown>> = { attempt: 2 },
  id: string = randomUUID(),
): Promise<string> {
  const link = binaryEvent({ id, type: '$>', data: Buffer.from(`${revision}@${stream}`), metadata });
  await store.client.appendToStream(streamOf.replay(name), [link]);
  return id;
}
