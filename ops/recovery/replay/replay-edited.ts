import type { RecordedEvent } from '@eventstore/db-client';
import { NotPossible } from '../../../shared-contracts/errors/not-possible.ts';
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { ContractViolation, decodeMessage } from '../../../shared-contracts/messages/decode-message.ts';
import type { MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import type { FailureEvent } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { MessageEdited } from '../../../shared-contracts/messages/replay-events.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { readFailure } from '../find/read-failure.ts';
import { freeze } from '../find/selection.ts';
import { fillHidden } from '../hidden-fields.ts';
import { type OperatorRequest, operatorEntry, type Recovery } from '../recovery.ts';
import { lastData, readOriginal } from './edited-data.ts';
import { ReplayStream } from './replay-stream.ts';

/** Whether messages of this group can be replayed with other data: not where the truth is what the streams hold. */
export function isEditable({ group }: Recovery): boolean {
  return group.service !== 'projections';
}

/**
 * Replays one message with other data, once; the original stays as it is.
 *
 * @returns the name of the replay.
 * @throws NotThere when there is no such message.
 * @throws NotPossible when the message does not wait, its event no longer exists, the group does not take edited messages, or
 *   the data does not keep the contract of the event's type.
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
    asked.map((event) => operatorEntry(event, request, eventId, replayId)),
  );
  const event: MessageOf<typeof MessageEdited> = {
    type: 'MessageEdited',
    data: { origin, data: edited, batch, attempt, by },
  };
  const entry = operatorEntry(event, request, eventId);
  const metadata = { ...entry.metadata, ...conversationOf(original) };
  const recorded = await store.codec.encode({ ...entry, id: replayId, metadata }, {});
  await new ReplayStream(store, group.name).append([recorded]);
  await ledger.readToEnd();
  return batch;
}

/** The attempt that is a replay with other data. */
export function editIdOf(group: string, batch: string, eventId: string): string {
  return deterministicId('edit', group, batch, eventId);
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
