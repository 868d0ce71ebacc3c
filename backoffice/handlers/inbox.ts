// backoffice.inbox: takes what customers reported, wrote and closed into tickets.
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import {
  AddReply,
  BACKOFFICE_MESSAGES,
  CancelTicket,
  PrepareTicket,
  RateTicket,
  ReopenTicket,
} from '../../shared-contracts/messages/integration-messages.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { readAgain } from '../../shared-contracts/runtime/bus/read-again.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { giveCommand } from '../../shared-contracts/runtime/consumer/give-command.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { TicketCommand } from '../ticket/ticket-commands.ts';
import { ticket } from '../ticket/ticket-decider.ts';

export function inbox(store: EventStore): SubscriptionGroup {
  const give = (envelope: Envelope, command: TicketCommand) =>
    giveCommand(store, ticket, streamOf.ticket(command.ticketId), command, envelope);

  return {
    declaration: GROUPS.backofficeInbox,
    prefixes: [categoryOf.inbox('backoffice')],
    order: 'by-stream',
    ...GROUP_SETTINGS.backofficeInbox,
    deadlineMs: 10_000,
    handlers: [
      on(PrepareTicket, 'prepare-ticket', (envelope) =>
        give(envelope, { type: 'PrepareTicket', ...idsOf(envelope), ...envelope.event.data }),
      ),
      on(CancelTicket, 'cancel-ticket', (envelope) =>
        give(envelope, { type: 'CancelTicket', ...idsOf(envelope), by: 'customer', text: null }),
      ),
      on(AddReply, 'add-reply', (envelope) =>
        give(envelope, { type: 'AddCustomerReply', ...idsOf(envelope), text: envelope.event.data.text }),
      ),
      // What is still wrong is a reply that opens the ticket again; one that is open already has it as a reply.
      on(ReopenTicket, 'reopen-ticket', (envelope) =>
        give(envelope, { type: 'AddCustomerReply', ...idsOf(envelope), text: envelope.event.data.text }),
      ),
      on(RateTicket, 'record-rating', (envelope) => {
        const { helped, text } = envelope.event.data;
        return give(envelope, { type: 'RecordRating', ...idsOf(envelope), helped, text });
      }),
      readAgain(store, 'backoffice', BACKOFFICE_MESSAGES),
    ],
  };
}

type AboutIssue = Omit<Envelope, 'event'> & {
  readonly event: { readonly data: { readonly issueId: string } };
};

/** The ticket that a message is about, and a command that is the same however often the message is handled. */
function idsOf({ event, origin }: AboutIssue): { readonly commandId: string; readonly ticketId: string } {
  return { commandId: origin.eventId, ticketId: ticketOfIssue(event.data.issueId) };
}

/** An issue has one ticket, whose id follows from the issue's: preparing it twice is preparing it once. */
function ticketOfIssue(issueId: string): string {
  return deterministicId('ticket', issueId);
}
