// A ticket as exports and the API tell it: its figures and ids, nothing that a customer wrote.
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';

export type TicketRow = ReturnType<typeof rowOf>;

/** The columns, in their order. What they mean is documented with the collection `ticket_metrics`. */
export const ROW_FIELDS = [
  ...(['ticketId', 'issueId', 'kind', 'priority', 'tags', 'status', 'open', 'assigneeId'] as const),
  ...(['lastAssigneeId', 'lastAssigneeName', 'preparedAt', 'updatedAt', 'firstAssignedAt'] as const),
  ...(['firstReplyAt', 'firstReplyMs', 'firstResolvedAt', 'firstResolutionMs', 'lastResolvedAt'] as const),
  ...(['fullResolutionMs', 'resolvedById', 'agentMs', 'customerMs', 'resolutions', 'reopens'] as const),
  ...(['repliesByCustomer', 'repliesByEmployees', 'notes', 'reassignments', 'helped', 'ratedAt'] as const),
  ...(['rounds', 'revision'] as const),
] as const satisfies readonly (keyof TicketRow)[];

/** @param nameOf the name behind the id of an employee */
export function rowOf(document: TicketMetricsDocument, nameOf: (agent: string) => string) {
  const { lastAssigneeId } = document;
  return {
    ticketId: document._id,
    issueId: document.issueId,
    kind: document.kind,
    priority: document.priority,
    tags: [...document.tags],
    status: document.status,
    open: document.open,
    assigneeId: document.assigneeId,
    lastAssigneeId,
    lastAssigneeName: lastAssigneeId === null ? null : nameOf(lastAssigneeId),
    preparedAt: document.preparedAt.toISOString(),
    updatedAt: document.updatedAt.toISOString(),
    firstAssignedAt: instant(document.firstAssignedAt),
    firstReplyAt: instant(document.firstReplyAt),
    firstReplyMs: document.firstReplyMs,
    firstResolvedAt: instant(document.firstResolvedAt),
    firstResolutionMs: document.firstResolutionMs,
    lastResolvedAt: instant(document.lastResolvedAt),
    fullResolutionMs: document.fullResolutionMs,
    resolvedById: document.resolvedById,
    agentMs: document.agentMs,
    customerMs: document.customerMs,
    resolutions: document.resolutions,
    reopens: document.reopens,
    repliesByCustomer: document.repliesByCustomer,
    repliesByEmployees: document.repliesByEmployees,
    notes: document.notes,
    reassignments: document.reassignments,
    helped: document.helped,
    ratedAt: instant(document.ratedAt),
    rounds: document.rounds.map(({ openedAt, settledAt, outcome }) => ({
      openedAt: openedAt.toISOString(),
      settledAt: instant(settledAt),
      outcome,
    })),
    revision: document.revision,
  };
}

function instant(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
