import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';

export type Entry = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

/** The ledger of a group as it stands. */
export async function readLedgerOf(
  store: EventStore,
  { declaration: { name } }: Pick<SubscriptionGroup, 'declaration'>,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const { event } of store.read(streamOf.failures(name))) entries.push(event);
  return entries;
}

/** The types of the entries in their order, with the revision where an entry is about a stream's revision. */
export function outline(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ type, data }) => {
    const { origin, revision } = data;
    if (typeof revision === 'number') return `${type} ${revision}`;
    return typeof origin === 'object' && origin !== null && 'revision' in origin
      ? `${type} ${String(origin.revision)}`
      : type;
  });
}
