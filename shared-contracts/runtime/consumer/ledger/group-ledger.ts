// The ledger of a group as one instance knows it: read by all instances, which hear in it of what the others have parked.
import type { RecordedEvent } from '@eventstore/db-client';
import { ContractViolation } from '../../../messages/decode-message.ts';
import { isOneOf } from '../../../messages/define-message.ts';
import { FAILURE_EVENTS, type FailureEvent } from '../../../messages/failure-events.ts';
import { streamOf } from '../../../messages/names.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { recordedEvents } from '../../event-store/recorded-events.ts';
import { sharedRead } from '../../event-store/shared-read.ts';
import type { StoredEvent } from '../../event-store/stored-event.ts';
import { followStream } from '../../live/follow-stream.ts';
import { LedgerState } from './ledger-state.ts';

export type GroupLedger = {
  /** As far as it has been heard of; `readToEnd` first where being late would be wrong. */
  readonly state: LedgerState;
  /** Resolves when everything that was in the ledger at the time of the call is in the state. */
  readToEnd(): Promise<void>;
  close(): Promise<void>;
};

const isFailureEvent = isOneOf(FAILURE_EVENTS);

/** Follows the stream `failures-{group}`, as all instances do. */
export function followLedger(store: EventStore, group: string): GroupLedger {
  const stream = streamOf.failures(group);
  const state = new LedgerState();
  let last = -1;

  const take = async (recorded: RecordedEvent) => {
    const revision = Number(recorded.revision);
    if (revision <= last) return;
    const entry = await decodeLedgerEntry(store, recorded);
    if (revision <= last) return;
    last = revision;
    if (entry !== undefined) state.take(entry.event);
  };

  // Who must not be late reads to the end, and hears of a failure there.
  const following = followStream(store.client, stream, () => last, take);
  return {
    state,
    readToEnd: sharedRead(async () => {
      const tail = { fromRevision: BigInt(last + 1) };
      for await (const recorded of recordedEvents(store.client, stream, tail)) await take(recorded);
    }),
    close: () => following.close(),
  };
}

/**
 * An entry of a ledger.
 *
 * @returns undefined for one that a newer version wrote: it says nothing to this one, and must not hold up the others.
 */
export async function decodeLedgerEntry(
  { codec }: Pick<EventStore, 'codec'>,
  recorded: RecordedEvent,
): Promise<StoredEvent<FailureEvent> | undefined> {
  try {
    const { event, ...stored } = await codec.decode(recorded);
    return isFailureEvent(event) ? { ...stored, event } : undefined;
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
