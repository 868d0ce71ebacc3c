import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { MessageDiscarded } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { FailedMessage } from './failed-message.ts';
import type { OperatorRequest } from './replay.ts';

/** Writes down that a failed message is not to be handled. It can still be replayed, which undoes this. */
export async function discard(
  store: EventStore,
  group: string,
  { origin }: FailedMessage,
  reason: string,
  request: OperatorRequest,
): Promise<void> {
  const event: MessageOf<typeof MessageDiscarded> = {
    type: 'MessageDiscarded',
    data: { group, origin, reason, by: request.by },
  };
  const metadata = {
    $correlationId: request.commandId,
    $causationId: origin.eventId,
    actor: request.by,
    occurredAt: new Date().toISOString(),
  };
  const id = deterministicId('MessageDiscarded', request.commandId, origin.eventId);
  await store.collect(streamOf.failures(group), [{ id, event, metadata }]);
}
