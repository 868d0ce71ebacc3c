import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { NewEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { Ledger } from './ledger/ledger.ts';

/** What recovery works with: one group and its ledger. */
export type Recovery = {
  readonly store: EventStore;
  readonly group: GroupDeclaration;
  readonly ledger: Ledger;
};

/** Who asks for something, and the command that it belongs to: the same command asked twice is asked once. */
export type OperatorRequest = { readonly by: string; readonly commandId: string };

/** An entry that an operator writes to a ledger; the same parts make the same id, so that a repeated step is one. */
export function operatorEntry<Event extends AnyMessage>(
  event: Event,
  { by, commandId }: OperatorRequest,
  causationId: string,
  ...parts: readonly string[]
): NewEvent<Event> {
  return {
    id: deterministicId(event.type, commandId, ...parts),
    event,
    metadata: {
      $correlationId: commandId,
      $causationId: causationId,
      actor: by,
      occurredAt: new Date().toISOString(),
    },
  };
}
