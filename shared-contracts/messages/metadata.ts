import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Uuid } from './fields.ts';

/** What every event carries beside its data. `$` names are those that the store's own projections read. */
export const EventMetadata = Type.Object({
  $correlationId: Type.String(),
  $causationId: Type.String(),
  /** W3C trace context of the step that appended the event. */
  traceparent: Type.Optional(Type.String()),
  tracestate: Type.Optional(Type.String()),
  /** `customer`, `employee:{id}`, `operator:{name}` or `system:{group}`. */
  actor: Type.String(),
  /** Whose data the personal fields are, and so under which key (`key-{subject}`) they are stored. */
  subject: Type.Optional(Uuid),
  schemaVersion: Type.Integer({ minimum: 1 }),
  occurredAt: Type.String({ format: 'date-time' }),
});
export type EventMetadata = Readonly<Static<typeof EventMetadata>>;

/** Makes the check of metadata that was read back; events of others (links, system events) do not pass it. */
export function metadataCheck(): (value: unknown) => value is EventMetadata {
  const validator = Compile(EventMetadata);
  return (value): value is EventMetadata => validator.Check(value);
}
