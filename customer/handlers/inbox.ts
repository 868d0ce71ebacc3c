// customer.inbox: takes what the back office told into the issue's stream.
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import {
  CUSTOMER_MESSAGES,
  TicketAnswered,
  TicketProgressed,
} from '../../shared-contracts/messages/integration-messages.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { readAgain } from '../../shared-contracts/runtime/bus/read-again.ts';
import { contextOf } from '../../shared-contracts/runtime/consumer/command-context.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { mustBeAccepted } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import type { RecordAnswer, RecordProgress } from '../issue/commands.ts';
import { issue } from '../issue/issue-decider.ts';

export function inbox(store: EventStore): SubscriptionGroup {
  const give = async (envelope: Envelope, command: RecordProgress | RecordAnswer) => {
    const stream = streamOf.issue(command.issueId);
    mustBeAccepted(await handleCommand(store, issue, stream, command, contextOf(envelope)));
  };

  return {
    declaration: GROUPS.customerInbox,
    prefixes: [categoryOf.inbox('customer')],
    order: 'by-stream',
    ...GROUP_SETTINGS.customerInbox,
    deadlineMs: 10_000,
    handlers: [
      on(TicketProgressed, 'record-progress', async (envelope) => {
        const { data } = envelope.event;
        await give(envelope, { type: 'RecordProgress', commandId: envelope.origin.eventId, ...data });
      }),
      on(TicketAnswered, 'record-answer', async (envelope) => {
        const { data } = envelope.event;
        await give(envelope, { type: 'RecordAnswer', commandId: envelope.origin.eventId, ...data });
      }),
      readAgain(store, 'customer', CUSTOMER_MESSAGES),
    ],
  };
}
