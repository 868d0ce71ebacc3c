// Filters as conditions on `ticket_metrics`.
import type { Filter } from 'mongodb';
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { daysAfter, startOf, within } from './days.ts';
import { NOBODY, type TicketFilters } from './ticket-filters.ts';

type Condition = Filter<TicketMetricsDocument>;

/** The tickets that all filters let through. An agent's tickets are those that the agent has or had last. */
export function matchOf(filters: TicketFilters): Condition {
  const conditions = [...propertiesOf(filters), ...reportedIn(filters), ...whatHappened(filters)];
  return conditions.length === 0 ? {} : { $and: conditions };
}

function reportedIn({ from, to }: TicketFilters): Condition[] {
  return from === undefined && to === undefined ? [] : [{ preparedAt: within(from, to) }];
}

function propertiesOf({ kind, priority, agent, tag, status, open }: TicketFilters): Condition[] {
  return [
    kind === undefined ? [] : [{ kind }],
    priority === undefined ? [] : [{ priority }],
    agent === undefined ? [] : [{ lastAssigneeId: agent === NOBODY ? null : agent }],
    tag === undefined ? [] : [{ tags: tag }],
    status === undefined ? [] : [{ status }],
    open === undefined ? [] : [{ open: open === 'yes' }],
  ].flat();
}

function whatHappened(filters: TicketFilters): Condition[] {
  const { stage, helped, replyFrom, replyBelow, resolutionFrom, resolutionBelow } = filters;
  const { resolvedFrom, resolvedTo, backlogOn } = filters;
  const took = (field: 'firstReplyMs' | 'firstResolutionMs', from?: number, below?: number): Condition[] =>
    from === undefined && below === undefined
      ? []
      : [{ [field]: { $gte: from ?? 0, ...(below === undefined ? {} : { $lt: below }) } }];
  return [
    stage === undefined ? [] : [STAGE_CONDITIONS[stage]],
    helped === undefined ? [] : [{ helped: helped === 'any' ? { $ne: null } : helped === 'yes' }],
    took('firstReplyMs', replyFrom, replyBelow),
    took('firstResolutionMs', resolutionFrom, resolutionBelow),
    resolvedFrom === undefined && resolvedTo === undefined ? [] : [resolvedIn(resolvedFrom, resolvedTo)],
    backlogOn === undefined ? [] : [inBacklog(backlogOn)],
  ].flat();
}

const STAGE_CONDITIONS: Readonly<Record<NonNullable<TicketFilters['stage']>, Condition>> = {
  assigned: { firstAssignedAt: { $ne: null } },
  resolved: { resolutions: { $gte: 1 } },
  stayed: { resolutions: 1, status: 'resolved' },
  reopened: { resolutions: { $gte: 1 }, $nor: [{ resolutions: 1, status: 'resolved' }] },
};

/** The first condition is there for the index, which a span over items of an array cannot use. */
function resolvedIn(from: string | undefined, to: string | undefined): Condition {
  const settledAt = within(from, to);
  return {
    ...(from === undefined ? {} : { 'rounds.settledAt': { $gte: startOf(from) } }),
    rounds: { $elemMatch: { settledAt, outcome: 'resolved' } },
  };
}

/** What was open when the day ended. */
function inBacklog(day: string): Condition {
  const end = startOf(daysAfter(day, 1));
  return {
    rounds: {
      $elemMatch: { openedAt: { $lt: end }, $or: [{ settledAt: null }, { settledAt: { $gte: end } }] },
    },
  };
}
