import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { changeMetadata } from '../../../shared-contracts/runtime/event-store/change-metadata.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { Recovery } from '../recovery.ts';
import { messageOf, parkedLinks } from './parked-stream.ts';

/**
 * Truncates what is resolved at the beginning of the parked stream, up to the first entry whose message waits, is being
 * replayed, or is not known to the ledger.
 *
 * @returns how many entries are gone.
 */
export async function tidy({ store, group, ledger }: Recovery): Promise<number> {
  await ledger.readToEnd();
  let resolved = 0;
  let keepFrom: number | undefined;
  for await (const link of parkedLinks(store, group.name)) {
    const message = await messageOf(store, ledger.index, link);
    if (message?.state !== 'recovered' && message?.state !== 'discarded') break;
    resolved += 1;
    keepFrom = Number(link.revision) + 1;
  }
  if (keepFrom !== undefined) await truncate(store, streamOf.parked(group.name), keepFrom);
  return resolved;
}

async function truncate(store: EventStore, stream: string, keepFrom: number): Promise<void> {
  await changeMetadata(store.client, stream, (metadata) => {
    const before = metadata.$tb;
    return typeof before === 'number' && before >= keepFrom ? undefined : { ...metadata, $tb: keepFrom };
  });
}
