// Which failed messages an operator means.
import { type Static, Type } from 'typebox';
import { Instant, Meaning, Nullable, Revision, Uuid } from './fields.ts';

/** Messages that can be named one by one in one request. */
export const MOST_NAMED = 1000;

const Text = Type.String({ minLength: 1, maxLength: 200 });

/** What the last failure of a message must have; what is left out does not matter. */
export const FailureFilter = Type.Object(
  {
    eventType: Type.Optional(Text),
    handler: Type.Optional(Text),
    error: Type.Optional(Meaning(Text, 'Name or code of the error.')),
    code: Type.Optional(Meaning(Nullable(Text), 'Code of the error; null: it has none.')),
    text: Type.Optional(
      Meaning(
        Text,
        "Part of the error, the stack, the stream, an id, or a value of the event's data that is not personal; in any case of letters.",
      ),
    ),
    again: Type.Optional(Meaning(Type.Literal(true), 'Only what was replayed and has failed again.')),
    stream: Type.Optional(Text),
    correlationId: Type.Optional(Text),
    from: Type.Optional(Meaning(Instant, 'Failed at this moment or later.')),
    to: Type.Optional(Meaning(Instant, 'Failed before this moment.')),
  },
  { description: 'What the last failure must have; what is left out does not matter.' },
);
export type FailureFilter = Readonly<Static<typeof FailureFilter>>;

/** What waited, and what of the messages that are named was not being replayed, when the ledger ended at `upTo`. */
export const ReplaySelection = Type.Object(
  {
    upTo: Meaning(Revision, 'The last entry of the ledger that counts: what fails later is not part of it.'),
    messages: Meaning(
      Nullable(Type.Array(Uuid, { maxItems: MOST_NAMED })),
      'Ids of the origins; null: all that waited.',
    ),
    filter: FailureFilter,
  },
  { description: 'Which messages: a replay that was interrupted is taken up again from this.' },
);
export type ReplaySelection = Readonly<Static<typeof ReplaySelection>>;
