import type { HelperDelegate } from 'handlebars';
import { toIso } from '../span.ts';

/** What the trace pages need beyond Handlebars' own helpers. */
export const helpers: Readonly<Record<string, HelperDelegate>> = {
  eq: (left: unknown, right: unknown) => left === right,
  encode: (text: string) => encodeURIComponent(text),
  lower: (text: string) => text.toLowerCase(),
  minus: (left: number, right: number) => left - right,
  /** UTC, to the millisecond. */
  when: (us: number) => toIso(us).slice(0, 23).replace('T', ' '),
  duration: (us: number) => duration(us),
};

/** Microseconds in the unit that reads best, with three significant digits at most. */
export function duration(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${short(us / 1000)} ms`;
  if (us < 120_000_000) return `${short(us / 1_000_000)} s`;
  if (us < 2 * 3_600_000_000) return `${short(us / 60_000_000)} min`;
  return `${short(us / 3_600_000_000)} h`;
}

function short(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3).replace(/\.?0+$/, '');
}
