import type { Kind, Priority } from '../messages/fields.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';
import type { OpenStatus, TicketStatus } from './ticket-document.ts';

/** Once from open to settled. */
export type Round = {
  readonly openedAt: Date;
  readonly settledAt: Date | null;
  readonly outcome: 'resolved' | 'cancelled' | null;
};

/** The figures of one ticket; whatever spans tickets is aggregated from them when it is asked for. */
export type TicketMetricsDocument = RevisionedDocument & {
  readonly issueId: string | null;
  readonly kind: Kind;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly status: TicketStatus;
  readonly before: OpenStatus;
  readonly open: boolean;
  readonly assigneeId: string | null;
  readonly lastAssigneeId: string | null;
  readonly preparedAt: Date;
  readonly updatedAt: Date;
  readonly firstAssignedAt: Date | null;
  readonly firstReplyAt: Date | null;
  readonly firstReplyMs: number | null;
  readonly firstResolvedAt: Date | null;
  readonly firstResolutionMs: number | null;
  readonly lastResolvedAt: Date | null;
  readonly fullResolutionMs: number | null;
  readonly resolvedById: string | null;
  readonly turn: 'agent' | 'customer' | null;
  readonly turnSince: Date;
  readonly agentMs: number;
  readonly customerMs: number;
  readonly resolutions: number;
  readonly reopens: number;
  readonly repliesByCustomer: number;
  readonly repliesByEmployees: number;
  readonly notes: number;
  readonly reassignments: number;
  readonly helped: boolean | null;
  readonly ratedAt: Date | null;
  readonly rounds: readonly Round[];
};

/**
 * How it is counted. The clocks start when the ticket is prepared. A *reply of an employee* is any words that an employee sends
 * the customer: a reply, a status report, a question, a resolution, a reopening or a cancellation, each with its text; the
 * first reply is the first of them, and a ticket that was prepared by hand has none, since it has no customer. It is the
 * *customer's turn* while the ticket is waiting, nobody's while it is resolved or cancelled, and the *agent's turn* else,
 * whether or not somebody has it. Where the clocks of two machines differ, a time that would be negative is 0.
 *
 * Volumes over time come from `rounds`: opened on a day, settled on a day, the backlog at a moment (opened before it, not
 * settled before it). A filter that wants rounds settled in a span finds them by the index with two conditions, since a span over
 * items of an array uses none:
 * `{ 'rounds.settledAt': { $gte: from }, rounds: { $elemMatch: { settledAt: { $gte: from, $lt: to } } } }`.
 */
export const TICKET_METRICS: ReadModel<TicketMetricsDocument> = {
  name: 'ticket_metrics',
  version: 1,
  meaning: 'The figures of one ticket.',
  fields: {
    _id: 'Id of the ticket.',
    revision: 'Revision of the last event of `ticket-{_id}` that the document has taken in.',
    issueId:
      'The issue that it was prepared from, whose document says when it was reported; null for a ticket that was prepared by hand.',
    kind: '`question`, `problem` or `request`.',
    priority: '`low`, `normal`, `high` or `urgent`.',
    tags: 'Its tags, in the order in which they were put on.',
    status: '`prepared`, `assigned`, `in-progress`, `waiting` (for the customer), `resolved` or `cancelled`.',
    before: 'The status that a waiting ticket goes back to when the customer has written.',
    open: 'Whether it is neither resolved nor cancelled.',
    assigneeId: 'The employee who has it; null for nobody.',
    lastAssigneeId: 'The employee who has it or had it last; null where nobody ever had it.',
    preparedAt: 'When it was prepared: of an issue, moments after it was reported.',
    updatedAt: 'When the last event happened to it.',
    firstAssignedAt: 'When it was first given to somebody.',
    firstReplyAt: 'When an employee first wrote to the customer; null for never.',
    firstReplyMs: 'Time from `preparedAt` to the first reply.',
    firstResolvedAt: 'When it was first resolved; null for never.',
    firstResolutionMs: 'Time from `preparedAt` to the first resolution.',
    lastResolvedAt: 'When it was resolved last, also where it was reopened since; null for never.',
    fullResolutionMs: 'Time from `preparedAt` to the last resolution.',
    resolvedById:
      'The employee who resolved it last: who was signed in, or who had the ticket where the event does not say.',
    turn: 'Whose turn it is: `agent`, `customer` (the ticket is waiting) or null (it is settled).',
    turnSince: 'Since when it is that turn, for the time that a clock has run since it was stopped last.',
    agentMs: 'How long it was the turn of the desk, and so how long the customer waited; up to `turnSince`.',
    customerMs: 'How long the desk waited for the customer; up to `turnSince`.',
    resolutions: 'How often it was resolved.',
    reopens: 'How often it was opened again, after a resolution or a cancellation.',
    repliesByCustomer: 'How often the customer wrote after the report, comments on a rating not counted.',
    repliesByEmployees: 'How often an employee wrote to the customer, in any of the ways above.',
    notes: 'How many notes employees wrote for colleagues.',
    reassignments: 'How often it went from one employee to another, also by way of nobody.',
    helped: 'What the customer said last about a resolution: whether it helped; null for nothing.',
    ratedAt: 'When the customer said so.',
    rounds:
      'Each time that it was open, the oldest first: `openedAt`, `settledAt` and `outcome` (`resolved` or `cancelled`), null while it is open. The first and the newest 49.',
  },
  personal: [],
  indexes: [
    { keys: { preparedAt: -1, _id: 1 }, options: { name: 'by_prepared' } },
    { keys: { lastResolvedAt: -1, _id: 1 }, options: { name: 'by_resolved' } },
    { keys: { 'rounds.settledAt': -1 }, options: { name: 'by_settled' } },
  ],
  example: {
    _id: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    revision: 6,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    kind: 'problem',
    priority: 'high',
    tags: ['printer'],
    status: 'resolved',
    before: 'in-progress',
    open: false,
    assigneeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    lastAssigneeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    preparedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date('2026-11-22T12:00:00Z'),
    firstAssignedAt: new Date('2026-11-22T10:05:00Z'),
    firstReplyAt: new Date('2026-11-22T10:15:00Z'),
    firstReplyMs: 900_000,
    firstResolvedAt: new Date('2026-11-22T12:00:00Z'),
    firstResolutionMs: 7_200_000,
    lastResolvedAt: new Date('2026-11-22T12:00:00Z'),
    fullResolutionMs: 7_200_000,
    resolvedById: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    turn: null,
    turnSince: new Date('2026-11-22T12:00:00Z'),
    agentMs: 5_400_000,
    customerMs: 1_800_000,
    resolutions: 1,
    reopens: 0,
    repliesByCustomer: 1,
    repliesByEmployees: 2,
    notes: 0,
    reassignments: 0,
    helped: null,
    ratedAt: null,
    rounds: [
      {
        openedAt: new Date('2026-11-22T10:00:00Z'),
        settledAt: new Date('2026-11-22T12:00:00Z'),
        outcome: 'resolved',
      },
    ],
  },
};
