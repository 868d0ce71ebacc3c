import { deepStrictEqual } from 'node:assert/strict';
import type { Decider } from '../decider.ts';

/** What must come of a command; each method compares the whole decision and throws where it differs. */
export type Expectation<Event> = {
  /** The command is accepted with just these events, in this order. */
  gives(...events: readonly [Event, ...Event[]]): void;
  /** The command is accepted, and there is nothing to add: what it asks for is so already. */
  changesNothing(): void;
  /** The command is refused with this stable code and this sentence for people. */
  rejects(code: string, message: string): void;
};

/**
 * A rule as a sentence, for tests: `given(decider, ...history).when(command).gives(...events)`.
 *
 * The third word is not `then`, since JavaScript takes whatever has a `then` for a promise.
 */
export function given<State, Command, Event>(
  decider: Decider<State, Command, Event>,
  ...history: readonly Event[]
): { when(command: Command): Expectation<Event> } {
  return {
    when: (command) => {
      const decision = decider.decide(command, history.reduce(decider.evolve, decider.initial));
      return {
        gives: (...events) => deepStrictEqual(decision, { kind: 'accepted', events }),
        changesNothing: () => deepStrictEqual(decision, { kind: 'accepted', events: [] }),
        rejects: (code, message) =>
          deepStrictEqual(decision, { kind: 'rejected', rejection: { code, message } }),
      };
    },
  };
}
