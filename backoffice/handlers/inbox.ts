// backoffice.inbox: takes what customers reported, and what they closed, into tickets.
import {
  BACKOFFICE_MESSAGES,
  CancelTicket,
  PrepareTicket,
} from '../../shared-contracts/messages/integration-messages.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { readAgain } from '../../shared-contracts/runtime/bus/read-again.ts';
import { contextOf } from '../../shared-contracts/runtime/consumer/command-context.ts';
import { mustBeAccepted } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { ticket } from '../ticket/ticket-decider.ts';

export function inbox(store: EventStore): SubscriptionGroup {
  return {
    declaration: GROUPS.backofficeInbox,
    prefixes: [categoryOf.inbox('backoffice')],
    order: 'by-stream',
    bufferSize: 50,
    deadlineMs: 10_000,
    settingsVersion: 1,
    handlers: [
      on(PrepareTicket, 'prepare-ticket', async (envelope) => {
        const { data } = envelope.event;
        const ticketId = ticketOfIssue(data.issueId);
        const command = {
          type: 'PrepareTicket',
          commandId: envelope.origin.eventId,
          ticketId,
          ...data,
        } as const;
        const stream = streamOf.ticket(ticketId);
        mustBeAccepted(await handleCommand(store, ticket, stream, command, contextOf(envelope)));
      }),
      on(CancelTicket, 'cancel-ticket', async (envelope) => {
        const ticketId = ticketOfIssue(envelope.event.data.issueId);
        const commandId = envelope.origin.eventId;
        const command = { type: 'CancelTicket', commandId, ticketId, by: 'customer', text: null } as const;
        const stream = streamOf.ticket(ticketId);
        mustBeAccepted(await handleCommand(store, ticket, stream, command, contextOf(envelope)));
      }),
      readAgain(store, 'backoffice', BACKOFFICE_MESSAGES),
    ],
  };
}

/** An issue has one ticket, whose id follows from the issue's: preparing it twice is preparing it once. */
function ticketOfIssue(issueId: string): string {
  return deterministicId('ticket', issueId);
}
