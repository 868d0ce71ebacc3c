/** A refusal that people can read. A value, not an exception: saying no is an ordinary answer. */
export type Rejection = {
  /** Stable, kebab-case; pages and tests rely on it. */
  readonly code: string;
  /** One sentence that says why, and where possible what to do instead. */
  readonly message: string;
};

export type Decision<Event> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/**
 * The rules of one kind of stream: plain data in, plain data out. Time, ids and facts about other streams come in the
 * command. Deciding the same command twice accepts it without new events.
 */
export type Decider<State, Command, Event> = {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (command: Command, state: State) => Decision<Event>;
};

/** The command is done, with these events; with none where what it asks for is so already. */
export function accept<Event>(...events: readonly Event[]): Decision<Event> {
  return { kind: 'accepted', events };
}

/**
 * The command is refused.
 *
 * @param code stable, for programs.
 * @param message a sentence for people that says what to do.
 */
export function reject(code: string, message: string): Decision<never> {
  return { kind: 'rejected', rejection: { code, message } };
}
