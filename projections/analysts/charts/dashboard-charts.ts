// Which charts a dashboard has, and what each shows of the figures.

import type { Cohort } from '../dashboard/cohort.ts';
import type { Durations } from '../dashboard/durations.ts';
import type { Figures } from '../dashboard/figures.ts';
import type { Chart } from './render-chart.ts';

export const CHART_NAMES = ['volume', 'first-reply', 'first-resolution', 'funnel', 'failures'] as const;
/** Those that have the width of the page; the others stand side by side. */
export const WIDE_CHARTS: ReadonlySet<ChartName> = new Set(['volume', 'failures']);
export type ChartName = (typeof CHART_NAMES)[number];

export function chartOf(name: ChartName, figures: Figures): Chart {
  switch (name) {
    case 'volume':
      return volumeChart(figures);
    case 'first-reply':
      return histogram(figures.cohort.firstReply);
    case 'first-resolution':
      return histogram(figures.cohort.firstResolution);
    case 'funnel':
      return funnel(figures.cohort);
    case 'failures':
      return failuresChart(figures);
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

function failuresChart({ failures, period }: Figures): Chart {
  const sum = (day: string, of: 'failed' | 'recovered') =>
    failures.reduce((all, each) => all + (each.from === day ? each[of] : 0), 0);
  return {
    labels: period.steps.map(({ from }) => from),
    series: [
      { name: 'Failed', kind: 'bar', values: period.steps.map(({ from }) => sum(from, 'failed')) },
      { name: 'Recovered', kind: 'bar', values: period.steps.map(({ from }) => sum(from, 'recovered')) },
    ],
  };
}
