import { binaryEvent } from '@eventstore/db-client';
import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { ReplayRequested } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { FailedMessage } from './failed-message.ts';

/** Who asks for something, and the command that it belongs to: the same command asked twice is asked once. */
export type OperatorRequest = { readonly by: string; readonly commandId: string };

const BATCH = 200;

/**
 * Asks for messages to be handled again: first the ledger says so, then links to their events go to the stream
 * `replay-{group}`, which the group hears like any other. What becomes of them, the ledger tells later.
 *
 * @returns how many replays were asked for.
 */
export async function requestReplays(
  store: EventStore,
  group: string,
  messages: readonly FailedMessage[],
  request: OperatorRequest,
): Promise<number> {
  for (let start = 0; start < messages.length; start += BATCH) {
    const batch = messages.slice(start, start + BATCH);
    await store.collect(
      streamOf.failures(group),
      batch.map((message) => ledgerEntry(group, message, request)),
    );
    await store.client.appendToStream(
      streamOf.replay(group),
      batch.map((message) => link(message, request)),
    );
  }
  return messages.length;
}

function replayIdOf({ origin, attempts }: FailedMessage, { commandId }: OperatorRequest): string {
  return deterministicId('replay', commandId, origin.eventId, attempts);
}

function ledgerEntry(group: string, message: FailedMessage, request: OperatorRequest) {
  const { origin, attempts } = message;
  const event: MessageOf<typeof ReplayRequested> = {
    type: 'ReplayRequested',
    data: {
      group,
      origin,
      replayId: replayIdOf(message, request),
      batch: request.commandId,
      attempt: attempts + 1,
      by: request.by,
    },
  };
  const metadata = {
    $correlationId: request.commandId,
    $causationId: origin.eventId,
    actor: request.by,
    occurredAt: new Date().toISOString(),
  };
  return { id: deterministicId('ReplayRequested', event.data.replayId), event, metadata };
}

/** A link event as the store itself writes them: `revision@stream`, with what we want to know about it beside. */
function link(message: FailedMessage, request: OperatorRequest) {
  const { origin, attempts } = message;
  return binaryEvent({
    id: replayIdOf(message, request),
    type: '$>',
    data: Buffer.from(`${origin.revision}@${origin.stream}`),
    metadata: { origin, attempt: attempts + 1, by: request.by, batch: request.commandId },
  });
}
