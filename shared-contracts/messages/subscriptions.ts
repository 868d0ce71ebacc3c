// Which group hears which streams, and what of them it handles. Held against the services' handlers by their tests, so that
// no event type is forgotten: a group handles it, or says here that it means to leave it alone.
import type { MessageDefinition } from './define-message.ts';
import { IssueProgressed } from './issue-events.ts';
import { GROUPS, type GroupDeclaration } from './names.ts';
import { STREAMS, type StreamFamily } from './streams.ts';

/** What one group hears, beside the replays of its own messages. */
export type Subscription = {
  readonly group: GroupDeclaration;
  readonly hears: readonly StreamFamily[];
  /** Event types that its streams hold and that it acknowledges unhandled, on purpose. */
  readonly ignores: readonly MessageDefinition[];
};

export const SUBSCRIPTIONS: readonly Subscription[] = [
  { group: GROUPS.customerNotifications, hears: [STREAMS.issue], ignores: [] },
  // How a ticket goes on came from the back office; it need not hear that again.
  { group: GROUPS.customerIntegration, hears: [STREAMS.issue], ignores: [IssueProgressed] },
  { group: GROUPS.customerInbox, hears: [STREAMS.customerInbox], ignores: [] },
  { group: GROUPS.backofficeInbox, hears: [STREAMS.backofficeInbox], ignores: [] },
  { group: GROUPS.backofficeIntegration, hears: [STREAMS.ticket], ignores: [] },
  { group: GROUPS.projectionsTickets, hears: [STREAMS.ticket], ignores: [] },
  { group: GROUPS.projectionsEmployees, hears: [STREAMS.employee], ignores: [] },
];

/** The event types that a group has a handler for. */
export function handledBy({ hears, ignores }: Subscription): readonly MessageDefinition[] {
  return hears
    .flatMap(({ holds }) => holds.flatMap(({ types }) => types))
    .filter((definition) => !ignores.includes(definition));
}
