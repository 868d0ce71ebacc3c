import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Meaning, Uuid } from './fields.ts';

/** What every event carries beside its data. `$` names are those that the store's own projections read. */
export const EventMetadata = Type.Object({
  $correlationId: Type.String({ description: 'The conversation that the event is part of.' }),
  $causationId: Type.String({ description: 'The event or request that caused it.' }),
  traceparent: Type.Optional(
    Type.String({ description: 'W3C trace context of the step that appended the event.' }),
  ),
  tracestate: Type.Optional(Type.String()),
  actor: Type.String({
    description: 'Who: `customer`, `employee:{id}`, `operator:{name}` or `system:{group}`.',
  }),
  subject: Type.Optional(
    Meaning(
      Uuid,
      'Whose data the personal fields are, and so under which key (`key-{subject}`) they are stored.',
    ),
  ),
  schemaVersion: Type.Integer({ minimum: 1, description: 'The version of the contract of the data.' }),
  occurredAt: Type.String({ format: 'date-time' }),
});
export type EventMetadata = Readonly<Static<typeof EventMetadata>>;

/** Makes the check of metadata that was read back; events of others (links, system events) do not pass it. */
export function metadataCheck(): (value: unknown) => value is EventMetadata {
  const validator = Compile(EventMetadata);
  return (value): value is EventMetadata => validator.Check(value);
}
