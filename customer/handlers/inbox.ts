// customer.inbox: takes what the back office told into the issue's stream.
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import {
  CUSTOMER_MESSAGES,
  TicketAnswered,
  TicketProgressed,
} from '../../shared-contracts/messages/integration-messages.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { readAgain } from '../../shared-contracts/runtime/bus/read-again.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { giveCommand } from '../../shared-contracts/runtime/consumer/give-command.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { RecordAnswer, RecordProgress } from '../issue/issue-commands.ts';
import { issue } from '../issue/issue-decider.ts';

export function inbox(store: EventStore): SubscriptionGroup {
  const give = (envelope: Envelope, command: RecordProgress | RecordAnswer) =>
    giveCommand(store, issue, streamOf.issue(command.issueId), command, envelope);

  return {
    declaration: GROUPS.customerInbox,
    prefixes: [categoryOf.inbox('customer')],
    order: 'by-stream',
    ...GROUP_SETTINGS.customerInbox,
    deadlineMs: 10_000,
    handlers: [
      on(TicketProgressed, 'record-progress', (envelope) => {
        const { event, origin } = envelope;
        return give(envelope, { type: 'RecordProgress', commandId: origin.eventId, ...event.data });
      }),
      on(TicketAnswered, 'record-answer', (envelope) => {
        const { event, origin } = envelope;
        return give(envelope, { type: 'RecordAnswer', commandId: origin.eventId, ...event.data });
      }),
      readAgain(store, 'customer', CUSTOMER_MESSAGES),
    ],
  };
}
