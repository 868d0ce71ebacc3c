// Which failed messages an operator means.
import { type Static, Type } from 'typebox';
import { Instant, Nullable, Revision, Uuid } from './fields.ts';

/** Messages that can be named one by one in one request. */
export const MOST_NAMED = 1000;

const Text = Type.String({ minLength: 1, maxLength: 200 });

/** What the last failure of a message must have; what is left out does not matter. */
export const FailureFilter = Type.Object({
  eventType: Type.Optional(Text),
  handler: Type.Optional(Text),
  /** Name or code of the error. */
  error: Type.Optional(Text),
  /** Part of the error's message or stack, in any case of letters. */
  text: Type.Optional(Text),
  stream: Type.Optional(Text),
  correlationId: Type.Optional(Text),
  /** Failed at this moment or later. */
  from: Type.Optional(Instant),
  /** Failed before this moment. */
  to: Type.Optional(Instant),
});
export type FailureFilter = Readonly<Static<typeof FailureFilter>>;

/** What waited, and what of the messages that are named was not being replayed, when the ledger ended at `upTo`. */
export const ReplaySelection = Type.Object({
  upTo: Revision,
  /** Ids of their origins; null: all that wait. */
  messages: Nullable(Type.Array(Uuid, { maxItems: MOST_NAMED })),
  filter: FailureFilter,
});
export type ReplaySelection = Readonly<Static<typeof ReplaySelection>>;
