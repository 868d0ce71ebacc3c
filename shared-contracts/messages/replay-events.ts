// What stands in the streams `replay-{group}` beside links: a replay with edited data.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { OriginField, originExample } from './failure-events.ts';
import { Meaning, Personal, Uuid } from './fields.ts';

export const MessageEdited = defineMessage({
  type: 'MessageEdited',
  meaning: 'An operator replays a failed message with other data; the original stays as it is.',
  schema: Type.Object({
    origin: OriginField,
    data: Meaning(
      Personal(Type.Record(Type.String(), Type.Unknown()), {}),
      "What the handler sees instead of the origin's data: of the same type, in today's version.",
    ),
    batch: Meaning(Uuid, 'The request of an operator that it belongs to.'),
    attempt: Meaning(Type.Integer({ minimum: 2 }), 'Counts the attempts of this message.'),
    by: Meaning(Type.String(), 'Who asked: `operator:{name}`.'),
  }),
  example: {
    origin: originExample,
    data: { issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa' },
    batch: '5d9d8a3e-0a55-4c56-9f0c-0b6e4b2f7c10',
    attempt: 2,
    by: 'operator:sam',
  },
});
