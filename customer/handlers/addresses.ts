// customer.addresses: remembers which issues an address reported, so that lost links can be found.
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { giveCommand } from '../../shared-contracts/runtime/consumer/give-command.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { addressIdOf } from '../../shared-contracts/runtime/personal/address-id.ts';
import { address } from '../address/address-decider.ts';

export function addresses(store: EventStore): SubscriptionGroup {
  return {
    declaration: GROUPS.customerAddresses,
    prefixes: [categoryOf.issue],
    order: 'by-stream',
    ...GROUP_SETTINGS.customerAddresses,
    deadlineMs: 10_000,
    handlers: [
      on(IssueReported, 'file-issue', async (envelope) => {
        const { addressHash, issueId, customerId } = envelope.event.data;
        const addressId = addressIdOf(addressHash);
        const commandId = envelope.origin.eventId;
        const command = { type: 'FileIssue', commandId, addressId, issueId, customerId } as const;
        const stream = streamOf.address(addressId);
        await giveCommand(store, address, stream, command, envelope);
      }),
    ],
  };
}
