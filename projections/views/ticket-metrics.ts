// ticket_metrics: one document a ticket, with its figures. How each is counted stands beside the document's type.
import {
  type Round,
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../shared-contracts/documents/ticket-metrics-document.ts';
import { employeeOf } from '../../shared-contracts/messages/actors.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { writerOf } from './ticket-messages.ts';
import { isOpen, PREPARED_WORK, type Work, workAfter } from './ticket-work.ts';
import type { DocumentFacts, StreamView } from './view.ts';

type Metrics = TicketMetricsDocument;

/** Of a ticket that is opened again and again, the first round and the newest are kept. */
const MOST_ROUNDS = 50;

export const ticketMetrics: StreamView<Metrics, TicketEvent> = {
  kind: 'one-per-stream',
  model: TICKET_METRICS,
  group: GROUPS.projectionsTicketMetrics,
  category: categoryOf.ticket,
  events: TICKET_EVENTS,
  isEvent: isOneOf(TICKET_EVENTS),

  apply(document, event, facts) {
    if (event.type === 'TicketPrepared') return prepared(event.data, facts);
    if (document === undefined) return undefined;
    const work = workAfter(document, event);
    const next = {
      ...document,
      ...work,
      revision: facts.revision,
      open: isOpen(work.status),
      updatedAt: facts.occurredAt,
    };
    return {
      ...next,
      ...clocksAfter(document, work, facts.occurredAt),
      ...repliesAfter(document, event, facts.occurredAt),
      ...countsAfter(document, event, facts),
    };
  },
};

function prepared(
  { issueId, kind }: Pick<Metrics, 'issueId' | 'kind'>,
  { id, revision, occurredAt }: DocumentFacts,
): Metrics {
  return {
    _id: id,
    revision,
    issueId,
    kind,
    ...PREPARED_WORK,
    open: true,
    lastAssigneeId: null,
    preparedAt: occurredAt,
    updatedAt: occurredAt,
    firstAssignedAt: null,
    firstReplyAt: null,
    firstReplyMs: null,
    firstResolvedAt: null,
    firstResolutionMs: null,
    lastResolvedAt: null,
    fullResolutionMs: null,
    resolvedById: null,
    turn: 'agent',
    turnSince: occurredAt,
    agentMs: 0,
    customerMs: 0,
    resolutions: 0,
    reopens: 0,
    repliesByCustomer: 0,
    repliesByEmployees: 0,
    notes: 0,
    reassignments: 0,
    helped: null,
    ratedAt: null,
    rounds: [{ openedAt: occurredAt, settledAt: null, outcome: null }],
  };
}

/** A clock is read when the turn passes to the other side, or to nobody. */
function clocksAfter(
  { turn: before, turnSince, agentMs, customerMs }: Metrics,
  { status }: Work,
  at: Date,
): Partial<Metrics> {
  const turn = status === 'waiting' ? 'customer' : isOpen(status) ? 'agent' : null;
  if (turn === before) return {};
  const ran = between(turnSince, at);
  return {
    turn,
    turnSince: at,
    agentMs: agentMs + (before === 'agent' ? ran : 0),
    customerMs: customerMs + (before === 'customer' ? ran : 0),
  };
}

function repliesAfter(document: Metrics, event: TicketEvent, at: Date): Partial<Metrics> {
  if (document.issueId === null) return {};
  switch (writerOf(event)) {
    case 'customer':
      return { repliesByCustomer: document.repliesByCustomer + 1 };
    case 'employee': {
      const repliesByEmployees = document.repliesByEmployees + 1;
      if (document.firstReplyAt !== null) return { repliesByEmployees };
      return { repliesByEmployees, firstReplyAt: at, firstReplyMs: between(document.preparedAt, at) };
    }
    case undefined:
      return {};
  }
}

function countsAfter(
  document: Metrics,
  event: TicketEvent,
  { actor, occurredAt: at }: DocumentFacts,
): Partial<Metrics> {
  switch (event.type) {
    case 'TicketAssigned':
      return assigned(document, event.data.employeeId, at);
    case 'TicketNoteAdded':
      return { notes: document.notes + 1 };
    case 'TicketRated':
      return { helped: event.data.helped, ratedAt: at };
    case 'TicketResolved':
      return { ...resolved(document, actor, at), rounds: settled(document.rounds, 'resolved', at) };
    case 'TicketCancelled':
      return { rounds: settled(document.rounds, 'cancelled', at) };
    case 'TicketReopened':
      return { reopens: document.reopens + 1, rounds: reopened(document.rounds, at) };
    case 'TicketPrepared':
    case 'TicketUnassigned':
    case 'TicketStarted':
    case 'TicketStatusReported':
    case 'TicketPausedForCustomer':
    case 'TicketReplyReceived':
    case 'TicketReplySent':
    case 'TicketPriorityChanged':
    case 'TicketTagged':
    case 'TicketUntagged':
      return {};
  }
}

function assigned(document: Metrics, employeeId: string, at: Date): Partial<Metrics> {
  const { lastAssigneeId, firstAssignedAt, reassignments } = document;
  const passedOn = lastAssigneeId !== null && lastAssigneeId !== employeeId;
  return {
    lastAssigneeId: employeeId,
    firstAssignedAt: firstAssignedAt ?? at,
    reassignments: reassignments + (passedOn ? 1 : 0),
  };
}

function resolved(document: Metrics, actor: string, at: Date): Partial<Metrics> {
  const { preparedAt, firstResolvedAt, firstResolutionMs, assigneeId, resolutions } = document;
  const took = between(preparedAt, at);
  return {
    firstResolvedAt: firstResolvedAt ?? at,
    firstResolutionMs: firstResolutionMs ?? took,
    lastResolvedAt: at,
    fullResolutionMs: took,
    resolvedById: employeeOf(actor) ?? assigneeId,
    resolutions: resolutions + 1,
  };
}

function settled(
  rounds: readonly Round[],
  outcome: 'resolved' | 'cancelled',
  settledAt: Date,
): readonly Round[] {
  const last = rounds.at(-1);
  if (last === undefined || last.settledAt !== null) return rounds;
  return [...rounds.slice(0, -1), { ...last, settledAt, outcome }];
}

function reopened(rounds: readonly Round[], openedAt: Date): readonly Round[] {
  const all = [...rounds, { openedAt, settledAt: null, outcome: null }];
  return all.length <= MOST_ROUNDS ? all : [...all.slice(0, 1), ...all.slice(1 - MOST_ROUNDS)];
}

function between(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime());
}
