// Answers as the document shows them, made from the examples of the read models.
import type { Static } from 'typebox';
import { FAILED_MESSAGES } from '../../../../shared-contracts/documents/failed-message-document.ts';
import { TICKET_METRICS } from '../../../../shared-contracts/documents/ticket-metrics-document.ts';
import { failureAnswer } from '../../failures/failure-answer.ts';
import { rowOf } from '../../tickets/ticket-row.ts';
import type { CollectionsAnswer, FiguresAnswer } from './answers.ts';

export const TICKET_EXAMPLE = rowOf(TICKET_METRICS.example, () => 'Ada Osei');
export const FAILURE_EXAMPLE = failureAnswer(FAILED_MESSAGES.example);

const tally = {
  reported: 8,
  assigned: 7,
  resolved: 5,
  stayed: 4,
  reopened: 1,
  open: 3,
  helped: 2,
  notHelped: 1,
};
const durations = {
  ...{ count: 5, p50: 900_000, p90: 1_500_000, p95: 1_500_000 },
  bins: [{ fromMs: 900_000, belowMs: 1_800_000, count: 5 }],
};
const week = { from: '2026-11-16', to: '2026-11-22' };

export const FIGURES_EXAMPLE: Static<typeof FiguresAnswer> = {
  ...week,
  stepDays: 7,
  countedAt: '2026-11-23T12:00:00.000Z',
  volume: [{ ...week, reported: 8, resolved: 6, backlog: 12 }],
  total: tally,
  byKind: [{ kind: 'problem', ...tally }],
  byPriority: [{ priority: 'normal', ...tally }],
  byStatus: [{ status: 'resolved', ...tally }],
  byAgent: [{ agent: TICKET_METRICS.example.lastAssigneeId, ...tally }],
  byTag: [{ tag: 'printer', ...tally }],
  firstReply: durations,
  firstResolution: durations,
  failures: [{ ...week, group: 'customer.notifications', failed: 2, recovered: 1 }],
};

export const COLLECTIONS_EXAMPLE: Static<typeof CollectionsAnswer> = {
  database: 'deskstream',
  collections: [
    {
      name: TICKET_METRICS.name,
      collection: 'ticket_metrics_v1',
      meaning: TICKET_METRICS.meaning,
      fields: [{ field: 'kind', meaning: TICKET_METRICS.fields.kind, personal: false, example: 'problem' }],
      indexes: [{ name: 'by_prepared', keys: { preparedAt: -1, _id: 1 } }],
    },
  ],
};
