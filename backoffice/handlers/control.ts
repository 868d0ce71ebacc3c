// backoffice.control: what operators ask of the back office, which is its part of an erasure.
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { eraseMessages } from '../../shared-contracts/runtime/erasure/erase-messages.ts';
import { ErasureLog } from '../../shared-contracts/runtime/erasure/erasure-log.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { operations } from '../../shared-contracts/runtime/operations/run-operations.ts';

/**
 * Tickets are encrypted under the customer's own keys, with all that employees wrote on them: what is left for the back
 * office are messages that it could not read.
 */
export function control(store: EventStore, amqpUrl: string): SubscriptionGroup {
  return operations(store, GROUPS.backofficeControl, {
    erase: async (erasureId) => {
      const log = new ErasureLog(store, erasureId, `system:${GROUPS.backofficeControl.name}`);
      await eraseMessages(store, amqpUrl, 'backoffice', log);
    },
  });
}
