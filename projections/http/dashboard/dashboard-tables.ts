// The figures as the tables of the page: every number with the list of the tickets that it counts.
import { TICKET_STATUSES } from '../../../shared-contracts/documents/ticket-document.ts';
import {
  KIND_LABELS,
  PRIORITY_LABELS,
  STATUS_LABELS,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import { KINDS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import { linkWith } from '../../../shared-contracts/runtime/web/query.ts';
import { MOST_BARS } from '../charts/dashboard-charts.ts';
import { durationText } from '../duration-text.ts';
import type { Cohort } from '../figures/cohort.ts';
import type { Durations } from '../figures/durations.ts';
import type { Figures } from '../figures/figures.ts';
import { NONE, type Tally } from '../figures/tally.ts';
import { NOBODY, NOBODY_LABEL, type TicketFilters } from '../filters/ticket-filters.ts';

export type Counted = { readonly count: number; readonly href: string };
type Changes = { readonly [Name in keyof TicketFilters]?: TicketFilters[Name] };

/** @param nameOf the name behind the id of an employee */
export function tablesOf(
  { cohort, volume, period, failures }: Figures,
  filters: TicketFilters,
  nameOf: (agent: string) => string,
) {
  const ofCohort = { ...filters, from: period.from, to: period.to };
  const tickets = (count: number, changes: Changes): Counted => ({
    count,
    href: `/tickets${linkWith(ofCohort, changes)}`,
  });
  const ofAnyAge = (count: number, changes: Changes) =>
    tickets(count, { from: undefined, to: undefined, ...changes });
  const row = (label: string, tally: Tally, changes: Changes) => ({
    label,
    reported: tickets(tally.reported, changes),
    open: tickets(tally.open, { ...changes, open: 'yes' }),
    resolved: tickets(tally.resolved, { ...changes, stage: 'resolved' }),
    reopened: tickets(tally.reopened, { ...changes, stage: 'reopened' }),
    helped: tickets(tally.helped, { ...changes, helped: 'yes' }),
    notHelped: tickets(tally.notHelped, { ...changes, helped: 'no' }),
  });
  const { total } = cohort;
  return {
    volume: volume
      .map(({ from, to, reported, resolved, backlog }) => ({
        from,
        to: from === to ? undefined : to,
        reported: tickets(reported, { from, to }),
        resolved: ofAnyAge(resolved, { resolvedFrom: from, resolvedTo: to }),
        backlog: ofAnyAge(backlog, { backlogOn: to }),
      }))
      .toReversed(),
    funnel: [
      { label: 'Reported', ...tickets(total.reported, {}), share: share(total.reported, total.reported) },
      {
        label: 'Assigned',
        ...tickets(total.assigned, { stage: 'assigned' }),
        share: share(total.assigned, total.reported),
      },
      {
        label: 'Resolved',
        ...tickets(total.resolved, { stage: 'resolved' }),
        share: share(total.resolved, total.reported),
      },
      {
        label: 'Stayed resolved',
        ...tickets(total.stayed, { stage: 'stayed' }),
        share: share(total.stayed, total.reported),
      },
    ],
    reopened: {
      ...tickets(total.reopened, { stage: 'reopened' }),
      rate: share(total.reopened, total.resolved),
      of: tickets(total.resolved, { stage: 'resolved' }),
    },
    satisfaction: {
      ...tickets(total.helped, { helped: 'yes' }),
      rate: share(total.helped, total.helped + total.notHelped),
      of: tickets(total.helped + total.notHelped, { helped: 'any' }),
    },
    durations: [
      durationTable('first-reply', 'First reply', cohort.firstReply, (count, { fromMs, belowMs }) =>
        tickets(count, { replyFrom: fromMs, replyBelow: belowMs ?? undefined }),
      ),
      durationTable('first-resolution', 'First resolution', cohort.firstResolution, (count, bin) =>
        tickets(count, { resolutionFrom: bin.fromMs, resolutionBelow: bin.belowMs ?? undefined }),
      ),
    ],
    shares: [
      {
        chart: 'by-kind',
        title: 'By kind',
        column: 'Kind',
        rows: KINDS.map((kind) => row(KIND_LABELS[kind], cohort.byKind.get(kind) ?? NONE, { kind })),
      },
      {
        chart: 'by-priority',
        title: 'By priority',
        column: 'Priority',
        rows: PRIORITIES.map((priority) =>
          row(PRIORITY_LABELS[priority], cohort.byPriority.get(priority) ?? NONE, { priority }),
        ),
      },
      {
        chart: 'by-status',
        title: 'By status',
        column: 'Status',
        rows: TICKET_STATUSES.map((status) =>
          row(STATUS_LABELS[status], cohort.byStatus.get(status) ?? NONE, { status }),
        ),
      },
      {
        chart: 'by-agent',
        title: 'By agent',
        column: 'Agent',
        note: `Who has a ticket, or had it last. The chart shows the ${MOST_BARS} with the most tickets.`,
        rows: agentRows(cohort, nameOf, row),
      },
      {
        chart: 'by-tag',
        title: 'By tag',
        column: 'Tag',
        note: `The 30 tags with the most tickets; a ticket counts for each of its tags. The chart shows the first ${MOST_BARS}.`,
        rows: [...cohort.byTag].map(([tag, tally]) => row(tag, tally, { tag })),
      },
    ].filter(({ rows }) => rows.length > 0),
    failures: failures
      .map(({ from, to, group, failed, recovered }) => ({
        from,
        to: from === to ? undefined : to,
        group,
        failed: messages(failed, group, from, to, 'failed'),
        recovered: messages(recovered, group, from, to, 'recovered'),
      }))
      .toReversed(),
  };
}

function agentRows<Row>(
  cohort: Cohort,
  nameOf: (agent: string) => string,
  row: (label: string, tally: Tally, changes: Changes) => Row,
): readonly Row[] {
  return [...cohort.byAgent]
    .sort(([, left], [, right]) => right.reported - left.reported)
    .map(([agent, tally]) =>
      row(agent === null ? NOBODY_LABEL : nameOf(agent), tally, { agent: agent ?? NOBODY }),
    );
}

function durationTable(
  chart: string,
  title: string,
  { count, p50, p90, p95, bins }: Durations,
  listOf: (count: number, bin: { readonly fromMs: number; readonly belowMs: number | null }) => Counted,
) {
  return {
    chart,
    title,
    all: listOf(count, { fromMs: 0, belowMs: null }),
    percentiles: [
      { label: 'p50', ms: p50 },
      { label: 'p90', ms: p90 },
      { label: 'p95', ms: p95 },
    ].map(({ label, ms }) => ({
      label,
      value: ms === null ? '–' : durationText(ms),
      href: ms === null ? undefined : listOf(0, { fromMs: ms, belowMs: null }).href,
    })),
    bins: bins.map((bin) => ({ label: bin.label, ...listOf(bin.count, bin) })),
  };
}

function messages(count: number, group: string, from: string, to: string, what: 'failed' | 'recovered') {
  return { count, href: `/failures${linkWith({}, { group, what, from, to })}` };
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`;
}
