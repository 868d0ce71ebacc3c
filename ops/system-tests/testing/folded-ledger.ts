// What operators and the group's owner must find in the end, told from the streams.
import { isOneOf } from '../../../shared-contracts/messages/define-message.ts';
import {
  FAILURE_EVENTS,
  type FailedOrigin,
  type FailureEvent,
} from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { LedgerState } from '../../../shared-contracts/runtime/consumer/ledger/ledger-state.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';

export type FailedState = 'waiting' | 'replaying' | 'recovered' | 'discarded';

export type FailedMessage = {
  readonly origin: FailedOrigin;
  /** How many attempts failed; an attempt that was written down twice is one. */
  readonly attempts: number;
  readonly state: FailedState;
};

export type FoldedLedger = {
  readonly messages: readonly FailedMessage[];
  readonly blockedStreams: number;
  /** Revision of the event that each blocked stream waits for. */
  readonly blockers: ReadonlyMap<string, number>;
};

type Declared = Pick<SubscriptionGroup, 'declaration'>;

const isFailureEvent = isOneOf(FAILURE_EVENTS);

/** The ledger of a group, folded as its readers fold it: a message is one, whatever became of it in however many attempts. */
export async function foldLedger(
  store: EventStore,
  { declaration: { name } }: Declared,
): Promise<FoldedLedger> {
  const state = new LedgerState();
  const messages = new Map<string, FailedMessage>();
  const attempts = new Map<string, Set<string>>();
  for await (const { event } of store.read(streamOf.failures(name))) {
    if (!isFailureEvent(event)) continue;
    const entry: FailureEvent = event;
    state.take(entry);
    const origin = originIn(entry);
    if (origin === undefined) continue;
    const failed = attempts.get(origin.eventId) ?? new Set();
    attempts.set(origin.eventId, failed);
    const next = stateAfter(entry, failed);
    // Whoever discards a message that has recovered meanwhile comes too late.
    if (next === 'discarded' && messages.get(origin.eventId)?.state === 'recovered') continue;
    if (next !== undefined) messages.set(origin.eventId, { origin, attempts: failed.size, state: next });
  }
  const blockers = new Map<string, number>();
  for (const { origin } of messages.values()) {
    const blocker = state.blockerOf(origin.stream);
    if (blocker !== undefined) blockers.set(origin.stream, blocker.revision);
  }
  return { messages: [...messages.values()], blockedStreams: state.blockedStreams, blockers };
}

function originIn({ data }: FailureEvent): FailedOrigin | undefined {
  return 'origin' in data ? data.origin : undefined;
}

function stateAfter({ type, data }: FailureEvent, failed: Set<string>): FailedState | undefined {
  switch (type) {
    case 'MessageParked': {
      // An attempt that is written down once more, after a crash, says nothing new.
      if (failed.has(data.attemptId)) return undefined;
      failed.add(data.attemptId);
      return 'waiting';
    }
    case 'ReplayRequested':
      return 'replaying';
    case 'MessageRecovered':
      return 'recovered';
    case 'MessageDiscarded':
      return 'discarded';
    default:
      return undefined;
  }
}

/** Whether the store has nothing more for the group: no message is with anybody, and none waits to be delivered. */
export async function isSettled(store: EventStore, { declaration: { name } }: Declared): Promise<boolean> {
  const { stats } = await store.client.getPersistentSubscriptionToAllInfo(name);
  return (
    stats.totalInFlightMessages === 0 &&
    stats.outstandingMessagesCount === 0 &&
    stats.retryBufferCount === 0 &&
    stats.readBufferCount === 0
  );
}
