// Which group hears which streams, and what of them it handles. Held against the services' handlers by their tests, so that
// no event type is forgotten: a group handles it, or says here that it means to leave it alone.
import { AddressUsed } from './address-events.ts';
import type { MessageDefinition } from './define-message.ts';
import {
  ISSUE_EVENTS,
  IssueAnswered,
  IssueProgressed,
  IssueRated,
  IssueReopened,
  IssueReplied,
  IssueReported,
} from './issue-events.ts';
import { GROUPS, type GroupDeclaration } from './names.ts';
import { STREAMS, type StreamFamily } from './streams.ts';
import {
  TicketNoteAdded,
  TicketPriorityChanged,
  TicketRated,
  TicketReplyReceived,
  TicketTagged,
  TicketUnassigned,
  TicketUntagged,
} from './ticket-events.ts';

/** What one group hears, beside the replays of its own messages. */
export type Subscription = {
  readonly group: GroupDeclaration;
  readonly hears: readonly StreamFamily[];
  /** Event types that its streams hold and that it acknowledges unhandled, on purpose. */
  readonly ignores: readonly MessageDefinition[];
};

export const SUBSCRIPTIONS: readonly Subscription[] = [
  // Customers get no mail about what they wrote themselves; that a ticket is open again comes as its progress.
  {
    group: GROUPS.customerNotifications,
    hears: [STREAMS.issue],
    ignores: [IssueReplied, IssueReopened, IssueRated],
  },
  // How a ticket goes on came from the back office; it need not hear that again.
  { group: GROUPS.customerIntegration, hears: [STREAMS.issue], ignores: [IssueAnswered, IssueProgressed] },
  { group: GROUPS.customerInbox, hears: [STREAMS.customerInbox], ignores: [] },
  {
    group: GROUPS.customerAddresses,
    hears: [STREAMS.issue],
    ignores: ISSUE_EVENTS.filter((definition) => definition !== IssueReported),
  },
  { group: GROUPS.customerLinks, hears: [STREAMS.address], ignores: [AddressUsed] },
  { group: GROUPS.backofficeInbox, hears: [STREAMS.backofficeInbox], ignores: [] },
  // The customer knows what the customer wrote, and is not told how the back office sorts its work.
  {
    group: GROUPS.backofficeIntegration,
    hears: [STREAMS.ticket],
    ignores: [
      TicketUnassigned,
      TicketReplyReceived,
      TicketNoteAdded,
      TicketPriorityChanged,
      TicketTagged,
      TicketUntagged,
      TicketRated,
    ],
  },
  { group: GROUPS.projectionsTickets, hears: [STREAMS.ticket], ignores: [] },
  { group: GROUPS.projectionsEmployees, hears: [STREAMS.employee], ignores: [] },
];

/** The event types that a group has a handler for. */
export function handledBy({ hears, ignores }: Subscription): readonly MessageDefinition[] {
  return hears
    .flatMap(({ holds }) => holds.flatMap(({ types }) => types))
    .filter((definition) => !ignores.includes(definition));
}
