// customer.inbox: takes what the back office told into the issue's stream.
import { CUSTOMER_MESSAGES, TicketProgressed } from '../../shared-contracts/messages/integration-messages.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { readAgain } from '../../shared-contracts/runtime/bus/read-again.ts';
import { contextOf } from '../../shared-contracts/runtime/consumer/command-context.ts';
import { mustBeAccepted } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { issue } from '../issue/issue-decider.ts';

export function inbox(store: EventStore): SubscriptionGroup {
  return {
    declaration: GROUPS.customerInbox,
    prefixes: [categoryOf.inbox('customer')],
    order: 'by-stream',
    bufferSize: 50,
    deadlineMs: 10_000,
    settingsVersion: 1,
    handlers: [
      on(TicketProgressed, 'record-progress', async (envelope) => {
        const { data } = envelope.event;
        const result = await handleCommand(
          store,
          issue,
          streamOf.issue(data.issueId),
          { type: 'RecordProgress', commandId: envelope.origin.eventId, ...data },
          contextOf(envelope),
        );
        mustBeAccepted(result);
      }),
      readAgain(store, 'customer', CUSTOMER_MESSAGES),
    ],
  };
}
