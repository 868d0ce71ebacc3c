// What became of one failed message: folded from the ledger of its group. Pure.
import type { FailedOrigin, FailureEvent } from '../../shared-contracts/messages/failure-events.ts';

export const FAILED_STATES = ['waiting', 'replaying', 'recovered', 'discarded'] as const;
export type FailedState = (typeof FAILED_STATES)[number];

/** A message is one per group and origin; its parked entries are its attempts. */
export type FailedMessage = {
  readonly origin: FailedOrigin;
  readonly state: FailedState;
  /** How often it was parked. */
  readonly attempts: number;
  /** Where the ledger tells about the last attempt: its error is read from there when it is shown. */
  readonly parkedAt: number;
  readonly attemptIds: readonly string[];
};

/** The entries of a ledger that are about one message. */
export type AboutMessage = Extract<FailureEvent, { readonly data: { readonly origin: FailedOrigin } }>;

/** Adds one entry of the ledger; `revision` is the entry's own. */
export function addToMessage(
  message: FailedMessage | undefined,
  event: AboutMessage,
  revision: number,
): FailedMessage | undefined {
  if (event.type === 'MessageParked') {
    const { origin, attemptId } = event.data;
    if (message?.attemptIds.includes(attemptId)) return message;
    return {
      origin,
      state: 'waiting',
      attempts: (message?.attempts ?? 0) + 1,
      parkedAt: revision,
      attemptIds: [...(message?.attemptIds ?? []), attemptId],
    };
  }
  if (message === undefined) return undefined;
  switch (event.type) {
    case 'ReplayRequested':
      // A ledger may tell the same request twice; one that has ended already is over.
      if (message.attemptIds.includes(event.data.replayId)) return message;
      return { ...message, state: 'replaying' };
    case 'MessageRecovered':
      return { ...message, state: 'recovered', attemptIds: [...message.attemptIds, event.data.attemptId] };
    case 'MessageDiscarded':
      return { ...message, state: 'discarded' };
    case 'MessageSuspected':
    case 'SuspicionCleared':
      return message;
  }
}
