// Which charts a dashboard has, and what each shows of the figures.
import { TICKET_STATUSES } from '../../../shared-contracts/documents/ticket-document.ts';
import {
  KIND_LABELS,
  PRIORITY_LABELS,
  STATUS_LABELS,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import { KINDS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import type { Cohort } from '../figures/cohort.ts';
import type { Durations } from '../figures/durations.ts';
import type { Figures } from '../figures/figures.ts';
import { NONE, type Tally } from '../figures/tally.ts';
import { failuresChart } from './failures-chart.ts';
import type { Chart } from './render-chart.ts';

export const CHART_NAMES = [
  ...(['volume', 'funnel', 'first-reply', 'first-resolution'] as const),
  ...(['by-kind', 'by-priority', 'by-status', 'by-agent', 'by-tag'] as const),
  ...(['failures', 'recoveries'] as const),
] as const;
/** Those that have the width of the page; the others stand beside something. */
export const WIDE_CHARTS: ReadonlySet<ChartName> = new Set(['volume']);
export type ChartName = (typeof CHART_NAMES)[number];

/** Agents and tags in a chart; the table beside it has more. */
export const MOST_BARS = 12;

/** @param nameOf the name behind the id of an employee. */
export function chartOf(name: ChartName, figures: Figures, nameOf: (agent: string | null) => string): Chart {
  const { cohort } = figures;
  switch (name) {
    case 'volume':
      return volumeChart(figures);
    case 'first-reply':
      return histogram(cohort.firstReply);
    case 'first-resolution':
      return histogram(cohort.firstResolution);
    case 'funnel':
      return funnel(cohort);
    case 'by-kind':
      return shares(KINDS.map((kind) => [KIND_LABELS[kind], cohort.byKind.get(kind)]));
    case 'by-priority':
      return shares(PRIORITIES.map((each) => [PRIORITY_LABELS[each], cohort.byPriority.get(each)]));
    case 'by-status':
      return shares(TICKET_STATUSES.map((status) => [STATUS_LABELS[status], cohort.byStatus.get(status)]));
    case 'by-agent':
      return shares(mostReported(cohort.byAgent).map(([agent, tally]) => [nameOf(agent), tally]));
    case 'by-tag':
      return shares(mostReported(cohort.byTag));
    case 'failures':
      return failuresChart(figures, 'failed');
    case 'recoveries':
      return failuresChart(figures, 'recovered');
  }
}

function volumeChart({ volume }: Figures): Chart {
  return {
    labels: volume.map(({ from }) => from),
    series: [
      { name: 'Reported', kind: 'bar', values: volume.map(({ reported }) => reported) },
      { name: 'Resolved', kind: 'bar', values: volume.map(({ resolved }) => resolved) },
      {
        name: 'Backlog (scale on the right)',
        kind: 'line',
        right: true,
        values: volume.map(({ backlog }) => backlog),
      },
    ],
  };
}

function histogram({ bins }: Durations): Chart {
  return {
    labels: bins.map(({ label }) => label),
    series: [{ name: 'Tickets', kind: 'bar', values: bins.map(({ count }) => count) }],
    lying: true,
  };
}

function funnel({ total }: Cohort): Chart {
  return {
    labels: ['Reported', 'Assigned', 'Resolved', 'Stayed resolved'],
    series: [
      {
        name: 'Tickets',
        kind: 'bar',
        values: [total.reported, total.assigned, total.resolved, total.stayed],
      },
    ],
    lying: true,
  };
}

/** The whole bar is what was reported. */
function shares(rows: readonly (readonly [label: string, tally: Tally | undefined])[]): Chart {
  const tallies = rows.map(([, tally]) => tally ?? NONE);
  return {
    labels: rows.map(([label]) => label),
    series: [
      { name: 'Settled', kind: 'bar', values: tallies.map(({ reported, open }) => reported - open) },
      { name: 'Open now', kind: 'bar', values: tallies.map(({ open }) => open) },
    ],
    lying: true,
    stacked: true,
  };
}

function mostReported<Key>(tallies: ReadonlyMap<Key, Tally>): readonly (readonly [Key, Tally])[] {
  return [...tallies].sort(([, left], [, right]) => right.reported - left.reported).slice(0, MOST_BARS);
}
