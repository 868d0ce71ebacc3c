import type { RecordedEvent } from '@eventstore/db-client';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { ContractViolation, decodeMessage } from '../../shared-contracts/messages/decode-message.ts';
import { isOneOf, type MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { FailedOrigin, FailureEvent } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { MessageEdited } from '../../shared-contracts/messages/replay-events.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { recordedAt } from '../../shared-contracts/runtime/event-store/recorded-events.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { fillHidden, hideFields, withoutSealed } from './hidden-fields.ts';
import { NotPossible, NotThere } from './not-possible.ts';
import { entryOf, type OperatorRequest, type Recovery } from './recovery.ts';
import { ReplayStream } from './replay-stream.ts';
import { failuresAt, freeze, type ParkedFacts, type Selected } from './selection.ts';

const isEdited = isOneOf([MessageEdited]);

/** Data that an operator gave a message. */
export type Edited = {
  readonly data: unknown;
  /** There are personal fields, and they are hidden. */
  readonly hidden: boolean;
  readonly by: string;
  readonly batch: string;
  readonly at: string;
};

/** Whether messages of this group can be replayed with other data: not where the truth is what the streams hold. */
export function isEditable({ group }: Recovery): boolean {
  return group.service !== 'projections';
}

/**
 * Replays one message with other data, once; the original stays as it is.
 *
 * @returns the name of the replay.
 * @throws NotThere when there is no such message, or its event no longer exists.
 * @throws NotPossible when the message does not wait, the group does not take edited messages, or the data does not keep
 *   the contract of the event's type.
 */
export async function replayEdited(
  recovery: Recovery,
  eventId: string,
  data: unknown,
  request: OperatorRequest,
): Promise<string> {
  const { store, group, ledger } = recovery;
  if (!isEditable(recovery)) {
    throw new NotPossible(`${group.name} shows what the streams say; its messages cannot be edited.`);
  }
  const { message, facts } = await readFailure(recovery, eventId);
  if (ledger.index.replay(request.commandId) !== undefined) return request.commandId;
  if (message.state !== 'waiting') {
    throw new NotPossible(`This message is ${message.state}; only one that waits can be edited.`);
  }
  const { origin } = facts;
  const original = await readOriginal(store, origin);
  const edited = decodeEdited(origin.type, data, await lastData(recovery, facts));
  const { by, commandId: batch } = request;
  const attempt = message.attempts + 1;
  const replayId = editIdOf(group.name, batch, eventId);

  const asked: readonly FailureEvent[] = [
    {
      type: 'ReplayStarted',
      data: {
        group: group.name,
        batch,
        total: 1,
        selection: freeze(ledger.index, { messages: [eventId] }),
        by,
      },
    },
    { type: 'ReplayRequested', data: { group: group.name, origin, replayId, batch, attempt, by } },
  ];
  // Together, so that nobody who takes up an interrupted replay sends the event as it was instead.
  await store.collect(
    streamOf.failures(group.name),
    asked.map((event) => entryOf(event, request, eventId, replayId)),
  );
  const event: MessageOf<typeof MessageEdited> = {
    type: 'MessageEdited',
    data: { origin, data: edited, batch, attempt, by },
  };
  const entry = entryOf(event, request, eventId);
  const metadata = { ...entry.metadata, ...conversationOf(original) };
  const recorded = await store.codec.encode({ ...entry, id: replayId, metadata }, {});
  await new ReplayStream(store, group.name).append([recorded]);
  await ledger.readToEnd();
  return batch;
}

/**
 * The data that an edit starts from: that of the last edit, else that of the event itself. Personal fields are hidden;
 * those that come back so are left as they are.
 *
 * @throws NotThere when the event no longer exists. @throws NotPossible when its person was erased.
 */
export async function dataToEdit(recovery: Recovery, facts: ParkedFacts): Promise<unknown> {
  const data = await lastData(recovery, facts);
  const definition = CATALOGUE.get(facts.origin.type);
  if (definition === undefined || typeof data !== 'object' || data === null) return data;
  return hideFields(definition, { ...data }, 'hidden');
}

async function lastData({ store, group }: Recovery, { origin }: ParkedFacts): Promise<unknown> {
  const original = await readOriginal(store, origin);
  const edit = await new ReplayStream(store, group.name).lastEdit(origin.eventId, original.created);
  try {
    const { event, erased } = await store.codec.decode(edit ?? original);
    if (erased)
      throw new NotPossible('The person whose data this is was erased. Discard the message instead.');
    return isEdited(event) ? event.data.data : event.data;
  } catch (error) {
    // Data that does not keep its contract is what an edit can mend.
    if (error instanceof ContractViolation) return withoutSealed(origin.type, original.data);
    throw error;
  }
}

/** The attempt that is a replay with other data. */
export function editIdOf(group: string, batch: string, eventId: string): string {
  return deterministicId('edit', group, batch, eventId);
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

/** A message with its last failure. @throws NotThere when the ledger does not know it. */
export async function readFailure({ ledger }: Recovery, eventId: string): Promise<Selected> {
  await ledger.readToEnd();
  const message = ledger.index.message(eventId);
  if (message !== undefined) {
    for await (const failure of failuresAt(ledger, [message.parkedAt])) return failure;
  }
  throw new NotThere('There is no such failed message in this group.');
}

function decodeEdited(type: string, data: unknown, before: unknown): Record<string, unknown> {
  const definition = CATALOGUE.get(type);
  if (definition === undefined) throw new NotPossible(`${type} is not in the catalogue of this version.`);
  try {
    return { ...decodeMessage(definition, fillHidden(definition, data, before), definition.version).data };
  } catch (error) {
    if (error instanceof ContractViolation) throw new NotPossible(error.message, { cause: error });
    throw error;
  }
}

async function readOriginal(store: EventStore, origin: FailedOrigin): Promise<RecordedEvent> {
  const original = await recordedAt(store.client, origin.stream, origin.revision);
  if (original?.id === origin.eventId) return original;
  throw new NotThere('The event of this message no longer exists.');
}

/**
 * The edit belongs to the event's conversation, and its data to the same person. What is about nobody has a key of its
 * own, since whatever operators write is encrypted.
 */
function conversationOf({ id, metadata }: RecordedEvent) {
  const text = (name: string) => {
    const value: unknown = Reflect.get(Object(metadata), name);
    return typeof value === 'string' ? value : undefined;
  };
  return { $correlationId: text('$correlationId') ?? id, subject: text('subject') ?? id };
}
