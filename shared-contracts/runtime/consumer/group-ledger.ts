import { setTimeout as pause } from 'node:timers/promises';
import { type RecordedEvent, START, StreamNotFoundError } from '@eventstore/db-client';
import { ContractViolation } from '../../messages/decode-message.ts';
import { isOneOf } from '../../messages/define-message.ts';
import { FAILURE_EVENTS, type FailureEvent } from '../../messages/failure-events.ts';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { eventsOf } from '../event-store/events-of.ts';
import { LedgerState } from './ledger-state.ts';

/** The ledger of a group as one instance knows it. */
export type GroupLedger = {
  /** As far as it has been heard of; `readToEnd` first where being late would be wrong. */
  readonly state: LedgerState;
  /** Resolves when everything that was in the ledger at the time of the call is in the state. */
  readToEnd(): Promise<void>;
  close(): Promise<void>;
};

const isFailureEvent = isOneOf(FAILURE_EVENTS);
const RECONNECT_MS = 500;

/**
 * Follows the stream `failures-{group}`, as all instances do. Many may ask at once to have read it to its end; those who
 * ask while it is being read share the next read.
 */
export function followLedger(store: EventStore, group: string): GroupLedger {
  const stream = streamOf.failures(group);
  const state = new LedgerState();
  const stop = new AbortController();
  let last = -1;
  let reading: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let leave: (() => Promise<void>) | undefined;

  const take = async (recorded: RecordedEvent) => {
    if (Number(recorded.revision) <= last) return;
    const event = await decodeEntry(store, recorded);
    if (Number(recorded.revision) <= last) return;
    last = Number(recorded.revision);
    if (event !== undefined) state.take(event);
  };

  const readTail = async () => {
    try {
      const tail = store.client.readStream(stream, { fromRevision: BigInt(last + 1) });
      for await (const { event } of eventsOf(tail)) if (event !== undefined) await take(event);
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
  };

  const follow = async () => {
    while (!stop.signal.aborted) {
      const fromRevision = last < 0 ? START : BigInt(last);
      const subscription = store.client.subscribeToStream(stream, { fromRevision });
      leave = async () => {
        await subscription.unsubscribe().catch(() => undefined);
        subscription.destroy();
      };
      subscription.on('error', () => undefined);
      try {
        for await (const { event } of subscription) if (event !== undefined) await take(event);
      } catch {
        // Whatever ended it, it is followed again; who must not be late reads to the end and hears of the failure.
      } finally {
        await leave();
      }
      await pause(RECONNECT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const following = follow();
  return {
    state,
    readToEnd: () => {
      next ??= reading
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          reading = readTail();
          return reading;
        });
      return next;
    },
    close: async () => {
      stop.abort();
      await leave?.();
      await following;
    },
  };
}

/** An entry that a newer version of the service wrote says nothing to this one, and must not hold the group up. */
async function decodeEntry(store: EventStore, recorded: RecordedEvent): Promise<FailureEvent | undefined> {
  try {
    const { event } = await store.codec.decode(recorded);
    return isFailureEvent(event) ? event : undefined;
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
