// All figures of a dashboard, kept for a while: with many tickets they take longer to count than a page may take.
import { FAILED_MESSAGES } from '../../../shared-contracts/documents/failed-message-document.ts';
import { TICKET_METRICS } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import type { AnalystsSite } from '../analysts-site.ts';
import { type Period, periodOf } from '../filters/period.ts';
import type { TicketFilters } from '../filters/ticket-filters.ts';
import { type Cohort, cohortOf } from './cohort.ts';
import { type FailureStep, failuresOf } from './failures.ts';
import { type VolumeStep, volumeOf } from './volume.ts';

export type Figures = {
  readonly period: Period;
  /** When they were counted. */
  readonly at: Date;
  readonly volume: readonly VolumeStep[];
  readonly cohort: Cohort;
  readonly failures: readonly FailureStep[];
};

type Kept = { figures: Promise<Figures>; known: Figures | undefined; freshUntil: number; until: number };

const MOST_KEPT = 100;
/** Long enough for the charts of a page to show what its tables show. */
const FRESH_MS = 3000;
/** Counting may take a twentieth of the time, so that a large desk does not count all day. */
const FRESH_PER_COST = 20;
const LONGEST_MS = 10 * 60_000;

/**
 * Gives the figures for filters. Figures that are no longer fresh are still given, for ten minutes at most, while they are
 * counted anew in the background; the page says from when they are.
 */
export function createFigures({ readModels, now }: Pick<AnalystsSite, 'readModels' | 'now'>) {
  const kept = new Map<string, Kept>();

  const count = async (filters: TicketFilters, period: Period): Promise<Figures> => {
    const at = now();
    const cohort = { ...filters, from: period.from, to: period.to };
    const [tickets, messages] = await Promise.all([
      readModels.collection(TICKET_METRICS),
      readModels.collection(FAILED_MESSAGES),
    ]);
    const [volume, ofCohort, failures] = await Promise.all([
      volumeOf(tickets, filters, period),
      cohortOf(tickets, cohort),
      failuresOf(messages, period),
    ]);
    return { period, at, volume, cohort: ofCohort, failures };
  };

  const begin = (key: string, filters: TicketFilters, period: Period, known?: Figures): Kept => {
    const begun = performance.now();
    const entry: Kept = {
      figures: count(filters, period),
      known,
      freshUntil: Number.POSITIVE_INFINITY,
      until: begun + LONGEST_MS,
    };
    entry.figures.then(
      (figures) => {
        const ended = performance.now();
        entry.known = figures;
        entry.freshUntil = ended + Math.max(FRESH_MS, (ended - begun) * FRESH_PER_COST);
        entry.until = ended + LONGEST_MS;
      },
      () => kept.get(key) === entry && kept.delete(key),
    );
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return entry;
  };

  return (filters: TicketFilters): Promise<Figures> => {
    const period = periodOf(filters, now());
    const key = JSON.stringify({ ...filters, from: period.from, to: period.to });
    const found = kept.get(key);
    const time = performance.now();
    if (found === undefined || time >= found.until) return begin(key, filters, period).figures;
    if (time >= found.freshUntil) {
      const { known } = found;
      const { figures } = begin(key, filters, period, known);
      return known === undefined ? figures : Promise.resolve(known);
    }
    return found.known === undefined ? found.figures : Promise.resolve(found.known);
  };
}

export type FiguresFor = ReturnType<typeof createFigures>;
