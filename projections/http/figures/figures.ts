// All figures of a dashboard. What was counted is kept for a moment, so that the charts of a page show what its tables show.
import { FAILED_MESSAGES } from '../../../shared-contracts/documents/failed-message-document.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import type { ColumnsKeeper } from '../columns/keep-columns.ts';
import { type Period, periodOf } from '../filters/period.ts';
import type { TicketFilters } from '../filters/ticket-filters.ts';
import { type FailureStep, failuresOf } from './failures.ts';
import { type TicketFigures, ticketFigures } from './ticket-figures.ts';

export type Figures = TicketFigures & {
  readonly period: Period;
  /** What had happened by then is counted. */
  readonly at: Date;
  readonly failures: readonly FailureStep[];
};

/** @throws PageError 400 for a period that is too long, 503 while the tickets are being read. */
export type FiguresFor = (filters: TicketFilters) => Promise<Figures>;

const MOST_KEPT = 100;
const KEPT_MS = 3000;

/** Figures that are counted when they are asked for, and kept for some seconds by filters and days. */
export function createFigures(
  { readModels, now }: { readonly readModels: ReadModels; readonly now: () => Date },
  keeper: Pick<ColumnsKeeper, 'current'>,
): FiguresFor {
  const kept = new Map<string, { readonly figures: Promise<Figures>; readonly until: number }>();

  const count = async (filters: TicketFilters, period: Period): Promise<Figures> => {
    const messages = await readModels.collection(FAILED_MESSAGES);
    const [{ columns, at }, failures] = await Promise.all([keeper.current(), failuresOf(messages, period)]);
    return { ...ticketFigures(columns, filters, period), period, at, failures };
  };

  return (filters) => {
    const period = periodOf(filters, now());
    const key = JSON.stringify({ ...filters, from: period.from, to: period.to });
    const found = kept.get(key);
    if (found !== undefined && performance.now() < found.until) return found.figures;
    const entry = { figures: count(filters, period), until: performance.now() + KEPT_MS };
    entry.figures.catch(() => kept.get(key) === entry && kept.delete(key));
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return entry.figures;
  };
}
