// Failed messages over time, the bars of a day made of groups; a group has the same colour in both charts.
import type { Figures } from '../figures/figures.ts';
import { type Chart, MOST_SERIES } from './render-chart.ts';

const OTHERS = 'Other groups';

export function failuresChart({ failures, period }: Figures, what: 'failed' | 'recovered'): Chart {
  const messages = new Map<string, number>();
  for (const { group, failed, recovered } of failures) {
    messages.set(group, (messages.get(group) ?? 0) + failed + recovered);
  }
  const byMessages = [...messages].sort(([, left], [, right]) => right - left).map(([group]) => group);
  const own = byMessages.slice(0, byMessages.length > MOST_SERIES ? MOST_SERIES - 1 : MOST_SERIES).sort();
  const names = own.length < byMessages.length ? [...own, OTHERS] : own;
  const steps = new Map(period.steps.map(({ from }, index) => [from, index]));
  const values = names.map(() => new Array<number>(steps.size).fill(0));
  for (const { from, group, [what]: count } of failures) {
    const at = own.indexOf(group);
    const ofGroup = values[at < 0 ? own.length : at];
    const step = steps.get(from);
    if (ofGroup !== undefined && step !== undefined) ofGroup[step] = (ofGroup[step] ?? 0) + count;
  }
  return {
    labels: period.steps.map(({ from }) => from),
    series: names.map((name, index) => ({ name, kind: 'bar', values: values[index] ?? [] })),
    stacked: true,
  };
}
