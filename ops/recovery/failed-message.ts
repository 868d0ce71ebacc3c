// What the ledger of a group says about its failed messages. Pure.
import type { FailureEvent } from '../../shared-contracts/messages/failure-events.ts';

/** `waiting`: for a person; also what was replayed and failed again. */
export const FAILED_STATES = ['waiting', 'replaying', 'recovered', 'discarded'] as const;
export type FailedState = (typeof FAILED_STATES)[number];

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

/**
 * What became of one attempt. `queued`: its replay was asked for, and nothing was heard of it yet. `withdrawn`: it was
 * taken back before anything was heard of it.
 */
export const ATTEMPT_STATES = ['queued', 'parked', 'recovered', 'withdrawn'] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** An entry of the ledger; `id` is that of the entry itself. */
export type LedgerEntry = {
  readonly revision: number;
  readonly id: string;
  readonly event: FailureEvent;
};

/**
 * What an attempt is after an entry about it.
 *
 * @returns undefined where the entry says nothing new: a step that was repeated after a crash writes its entry again, and
 *   a request that arrives after its attempt has ended is late.
 */
export function attemptAfter(before: AttemptState | undefined, told: AttemptState): AttemptState | undefined {
  switch (told) {
    case 'queued':
      return before === undefined ? told : undefined;
    case 'parked':
      // Handled is handled: what fails in an attempt that was repeated after its effect changes nothing.
      return before === 'parked' || before === 'recovered' ? undefined : told;
    case 'recovered':
      return before === 'recovered' ? undefined : told;
    case 'withdrawn':
      return before === 'queued' ? told : undefined;
  }
}
