// One line of the event feed.
import { Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const position = Type.String({
  pattern: '^\\d{1,18}-\\d{1,18}$',
  description: 'Where the feed is now: send it as `after` to go on behind it.',
});
const where = {
  position,
  stream: Type.String({ description: 'The stream that the event stands in.' }),
  revision: Type.Integer({ minimum: 0, description: 'Its place in the stream, from 0.' }),
  eventId: Type.String({ format: 'uuid' }),
  type: Type.String({ description: 'Its type, of the event catalogue.' }),
  created: Type.String({ format: 'date-time', description: 'When it was appended.' }),
};

export const FeedLine = Type.Union(
  [
    Type.Object(
      {
        ...where,
        actor: Type.String({ description: 'Who: `customer`, `employee:{id}` or `system:{group}`.' }),
        occurredAt: Type.String({ format: 'date-time', description: 'When it happened.' }),
        correlationId: Type.String({ description: 'The conversation that it is part of.' }),
        causationId: Type.String({ description: 'What caused it.' }),
        data: Type.Unknown({
          description: 'As the event catalogue describes it; personal fields are `[masked]` unless granted.',
        }),
      },
      { title: 'FeedEvent', description: 'An event.', ...closed },
    ),
    Type.Object(
      { ...where, unreadable: Type.Literal(true) },
      { title: 'FeedUnreadable', description: 'An event that this version cannot read.', ...closed },
    ),
    Type.Object(
      { position },
      {
        title: 'FeedPosition',
        description: 'Nothing that was asked for: how far the feed has looked.',
        ...closed,
      },
    ),
    Type.Object(
      { caughtUp: Type.Literal(true), position: Type.Optional(position) },
      {
        title: 'FeedCaughtUp',
        description: 'The feed has reached the end of what there is.',
        ...closed,
      },
    ),
  ],
  { title: 'FeedLine' },
);
