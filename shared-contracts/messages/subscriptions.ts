// Which group hears which streams, and what of them it handles. Held against the services' handlers by their tests, so that
// no event type is forgotten: a group handles it, or says here that it means to leave it alone.
import { AddressUsed } from './address-events.ts';
import {
  GroupSettingsApplied,
  OperationCancelled,
  OperationEnded,
  OperationProgressed,
} from './control-events.ts';
import type { MessageDefinition } from './define-message.ts';
import { EMPLOYEE_EVENTS, EmployeeDeactivated } from './employee-events.ts';
import {
  ISSUE_EVENTS,
  IssueAnswered,
  IssueProgressed,
  IssueRated,
  IssueReopened,
  IssueReplied,
  IssueReported,
} from './issue-events.ts';
import { GROUPS, type GroupDeclaration, type ServiceName, streamOf } from './names.ts';
import { prefixOf, STREAMS, type StreamFamily } from './streams.ts';
import {
  TICKET_EVENTS,
  TicketAssigned,
  TicketNoteAdded,
  TicketPriorityChanged,
  TicketRated,
  TicketReopened,
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

const RETURNING: readonly MessageDefinition[] = [TicketAssigned, TicketReopened, EmployeeDeactivated];

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
  controlOf('customer', GROUPS.customerControl),
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
  // What can leave a ticket with somebody who is deactivated, and nothing else.
  {
    group: GROUPS.backofficeAssignments,
    hears: [STREAMS.ticket, STREAMS.employee],
    ignores: [...TICKET_EVENTS, ...EMPLOYEE_EVENTS].filter(
      (definition) => !RETURNING.some(({ type }) => type === definition.type),
    ),
  },
  controlOf('backoffice', GROUPS.backofficeControl),
  { group: GROUPS.projectionsTickets, hears: [STREAMS.ticket], ignores: [] },
  { group: GROUPS.projectionsEmployees, hears: [STREAMS.employee], ignores: [] },
  { group: GROUPS.projectionsTicketDetails, hears: [STREAMS.ticket], ignores: [] },
  { group: GROUPS.projectionsTicketMetrics, hears: [STREAMS.ticket], ignores: [] },
  { group: GROUPS.projectionsIssues, hears: [STREAMS.issue], ignores: [] },
  { group: GROUPS.projectionsFailedMessages, hears: [STREAMS.failures], ignores: [] },
  controlOf('projections', GROUPS.projectionsControl),
];

/** What became of an operation is for who asked. */
function controlOf(service: ServiceName, group: GroupDeclaration): Subscription {
  return {
    group,
    hears: [{ ...STREAMS.control, name: streamOf.control(service) }],
    ignores: [OperationProgressed, OperationCancelled, OperationEnded, GroupSettingsApplied],
  };
}

/** The prefixes of the streams that a group hears, without that of its replays. */
export function prefixesOf({ hears }: Subscription): string[] {
  return [...new Set(hears.map(prefixOf))];
}

/** The event types that a group has a handler for. */
export function handledBy({ hears, ignores }: Subscription): readonly MessageDefinition[] {
  return hears
    .flatMap(({ holds }) => holds.flatMap(({ types }) => types))
    .filter((definition) => !ignores.includes(definition));
}
