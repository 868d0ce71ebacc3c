// What a failed message holds that was, or is to be, replayed with other data than its event has.
import type { RecordedEvent } from '@eventstore/db-client';
import { NotPossible } from '../../../shared-contracts/errors/not-possible.ts';
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { ContractViolation } from '../../../shared-contracts/messages/decode-message.ts';
import { isOneOf } from '../../../shared-contracts/messages/define-message.ts';
import type { FailedOrigin } from '../../../shared-contracts/messages/failure-events.ts';
import { MessageEdited } from '../../../shared-contracts/messages/replay-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { recordedAt } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import type { ParkedFacts } from '../find/selection.ts';
import { hideFields, withoutSealed } from '../hidden-fields.ts';
import type { Recovery } from '../recovery.ts';
import { ReplayStream } from './replay-stream.ts';

const isEdited = isOneOf([MessageEdited]);

/** The console calls it to delete, the command line `discard`. */
const NOTHING_TO_EDIT = 'There is nothing to edit: delete (discard) the message instead.';

/** Data that an operator gave a message. */
export type Edited = {
  readonly data: unknown;
  /** There are personal fields, and they are hidden. */
  readonly hidden: boolean;
  readonly by: string;
  readonly batch: string;
  readonly at: string;
};

/**
 * The data that an edit starts from: that of the last edit, else that of the event itself. Personal fields are hidden;
 * those that come back so are left as they are.
 *
 * @throws NotPossible when the event no longer exists, or its person was erased.
 */
export async function dataToEdit(recovery: Recovery, facts: ParkedFacts): Promise<unknown> {
  const data = await lastData(recovery, facts);
  const definition = CATALOGUE.get(facts.origin.type);
  if (definition === undefined || typeof data !== 'object' || data === null) return data;
  return hideFields(definition, { ...data }, 'hidden');
}

/** The same with nothing hidden. */
export async function lastData({ store, group }: Recovery, { origin }: ParkedFacts): Promise<unknown> {
  const original = await readOriginal(store, origin);
  const edit = await new ReplayStream(store, group.name).lastEdit(origin.eventId, original.created);
  try {
    const { event, erased } = await store.codec.decode(edit ?? original);
    if (erased) throw new NotPossible(`The person whose data this is was erased. ${NOTHING_TO_EDIT}`);
    return isEdited(event) ? event.data.data : event.data;
  } catch (error) {
    // Data that does not keep its contract is what an edit can mend.
    if (error instanceof ContractViolation) return withoutSealed(origin.type, original.data);
    throw error;
  }
}

/** The data that the message was last replayed with in place of its own; undefined where it was never edited. */
export async function lastEdited(
  { store, group }: Recovery,
  { origin }: ParkedFacts,
  personal: 'hidden' | 'shown',
): Promise<Edited | undefined> {
  const original = await recordedAt(store.client, origin.stream, origin.revision);
  const definition = CATALOGUE.get(origin.type);
  if (original === undefined || definition === undefined) return undefined;
  const edit = await new ReplayStream(store, group.name).lastEdit(origin.eventId, original.created);
  if (edit === undefined) return undefined;
  const { event, metadata, erased = false } = await store.codec.decode(edit);
  if (!isEdited(event)) return undefined;
  const { data, by, batch } = event.data;
  const hidden = personal === 'hidden' && !erased && definition.personal.isIn(data);
  return { data: hideFields(definition, data, personal), hidden, by, batch, at: metadata.occurredAt };
}

/** The event of a message as it was appended. @throws NotPossible when it no longer exists. */
export async function readOriginal(store: EventStore, origin: FailedOrigin): Promise<RecordedEvent> {
  const original = await recordedAt(store.client, origin.stream, origin.revision);
  if (original?.id === origin.eventId) return original;
  throw new NotPossible(`The event of this message no longer exists. ${NOTHING_TO_EDIT}`);
}
