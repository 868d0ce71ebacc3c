import t from 'tap';
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../shared-contracts/documents/ticket-metrics-document.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { ADA, PREPARED } from './testing/prepared-ticket.ts';
import { NOW } from './testing/view-table.ts';
import { ticketMetrics } from './ticket-metrics.ts';

const ticketId = TICKET_METRICS.example._id;
const HOUR = 3_600_000;

/** A ticket after these events, each so many hours after it was prepared. */
function after(...events: readonly (readonly [hours: number, event: TicketEvent])[]) {
  let document: TicketMetricsDocument | undefined;
  for (const [revision, [hours, event]] of events.entries()) {
    const occurredAt = new Date(NOW.getTime() + hours * HOUR);
    const facts = { id: ticketId, stream: 's', revision, eventId: 'e', actor: `employee:${ADA}`, occurredAt };
    document = ticketMetrics.apply(document, event, facts);
  }
  return document;
}

const prepared: TicketEvent = { type: 'TicketPrepared', data: { ticketId, ...PREPARED } };
const resolved: TicketEvent = { type: 'TicketResolved', data: { ticketId, text: 'Done.' } };
const reopened: TicketEvent = { type: 'TicketReopened', data: { ticketId, by: 'customer', text: 'No.' } };
const inHours = (hours: number) => new Date(NOW.getTime() + hours * HOUR);

t.test(
  'the clocks of a whole story: they stop while it is settled, and nothing is counted twice',
  async (t) => {
    const document = after(
      [0, prepared],
      [1, { type: 'TicketAssigned', data: { ticketId, employeeId: ADA } }],
      [2, { type: 'TicketStarted', data: { ticketId, employeeId: ADA } }],
      [3, { type: 'TicketReplySent', data: { ticketId, from: 'Ada', text: 'Which paper?' } }],
      [3, { type: 'TicketPausedForCustomer', data: { ticketId, text: null } }],
      [8, { type: 'TicketReplyReceived', data: { ticketId, text: 'Thin.' } }],
      [10, resolved],
      [11, { type: 'TicketRated', data: { ticketId, helped: false, text: null } }],
      [20, reopened],
      [24, resolved],
    );
    t.strictSame(document, {
      _id: ticketId,
      revision: 9,
      issueId: PREPARED.issueId,
      kind: 'problem',
      priority: 'normal',
      tags: [],
      status: 'resolved',
      before: 'in-progress',
      open: false,
      assigneeId: ADA,
      lastAssigneeId: ADA,
      preparedAt: inHours(0),
      updatedAt: inHours(24),
      firstAssignedAt: inHours(1),
      firstReplyAt: inHours(3),
      firstResolvedAt: inHours(10),
      lastResolvedAt: inHours(24),
      notes: 0,
      reassignments: 0,
      ratedAt: inHours(11),
      firstReplyMs: 3 * HOUR,
      firstResolutionMs: 10 * HOUR,
      fullResolutionMs: 24 * HOUR,
      agentMs: (3 + 2 + 4) * HOUR,
      customerMs: 5 * HOUR,
      turn: null,
      turnSince: inHours(24),
      resolutions: 2,
      reopens: 1,
      repliesByCustomer: 2,
      repliesByEmployees: 3,
      resolvedById: ADA,
      helped: false,
      rounds: [
        { openedAt: inHours(0), settledAt: inHours(10), outcome: 'resolved' },
        { openedAt: inHours(20), settledAt: inHours(24), outcome: 'resolved' },
      ],
    });
  },
);

t.test('of very many rounds the first and the newest are kept, and the counts of all', async (t) => {
  const rounds = Array.from({ length: 80 }, (_, round): (readonly [number, TicketEvent])[] => [
    [2 * round + 1, resolved],
    [2 * round + 2, reopened],
  ]);
  const document = after([0, prepared], ...rounds.flat());
  t.strictSame([document?.resolutions, document?.reopens, document?.rounds.length], [80, 80, 50]);
  t.strictSame(
    [document?.rounds[0], document?.rounds[1]?.openedAt, document?.rounds.at(-1)],
    [
      { openedAt: inHours(0), settledAt: inHours(1), outcome: 'resolved' },
      inHours(64),
      { openedAt: inHours(160), settledAt: null, outcome: null },
    ],
  );
});
