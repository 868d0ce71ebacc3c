// What the ledger of a group says about its failed messages. Pure.
import type { FailedState } from '../../../shared-contracts/messages/failed-message-state.ts';
import type { FailureEvent } from '../../../shared-contracts/messages/failure-events.ts';

/** A message is one per group and origin; its parked entries are its attempts. */
export type FailedMessage = {
  /** Id of its origin. */
  readonly eventId: string;
  readonly state: FailedState;
  /** How often it was parked. */
  readonly attempts: number;
  /** Revision of the ledger's entry about the last attempt that failed: what failed and why is read from there. */
  readonly parkedAt: number;
  /** Revision of the entry that put it into its state. */
  readonly saidAt: number;
};

/** An entry of the ledger; `id` is that of the entry itself. */
export type LedgerEntry = {
  readonly revision: number;
  readonly id: string;
  readonly event: FailureEvent;
};
