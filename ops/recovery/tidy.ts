import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { messageOf, parkedLinks } from './parked-stream.ts';
import type { Recovery } from './recovery.ts';

const MOST_CONFLICTS = 5;

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

/** Sets `$tb` and leaves every other key of the stream's metadata, `$acl` among them, as it is. */
async function truncate(store: EventStore, stream: string, keepFrom: number): Promise<void> {
  for (let conflicts = 0; ; conflicts += 1) {
    const { revision, metadata } = await readMetadata(store, stream);
    const before = metadata.$tb;
    if (typeof before === 'number' && before >= keepFrom) return;
    const event = jsonEvent({ type: '$metadata', data: { ...metadata, $tb: keepFrom } });
    try {
      await store.client.appendToStream(`$$${stream}`, event, { expectedRevision: revision ?? NO_STREAM });
      return;
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError) || conflicts === MOST_CONFLICTS) throw error;
    }
  }
}

type StreamMetadata = {
  /** Of the metadata's own stream, which the client's `getStreamMetadata` does not tell. */
  readonly revision: bigint | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
};

async function readMetadata(store: EventStore, stream: string): Promise<StreamMetadata> {
  const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
  try {
    for await (const { event } of eventsOf(store.client.readStream(`$$${stream}`, last))) {
      if (event === undefined) continue;
      const metadata = event.data instanceof Uint8Array || event.data === null ? {} : Object(event.data);
      return { revision: event.revision, metadata };
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return { revision: undefined, metadata: {} };
}
