// What the entries of a ledger mean for a failed message and for its attempts; recovery and the read model fold by it.

/** `waiting`: for a person; also what was replayed and failed again. */
export const FAILED_STATES = ['waiting', 'replaying', 'recovered', 'discarded'] as const;
export type FailedState = (typeof FAILED_STATES)[number];

/**
 * What became of one attempt. `queued`: its replay was asked for, and nothing was heard of it yet. `withdrawn`: it was
 * taken back before anything was heard of it.
 */
export const ATTEMPT_STATES = ['queued', 'parked', 'recovered', 'withdrawn'] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

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
