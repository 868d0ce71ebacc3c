// The figures of tickets: a pure function of columns, filters and period.
import { matchOfAnyAgeIn, spanOf } from '../columns/matching-rows.ts';
import type { TicketColumns } from '../columns/ticket-columns.ts';
import type { Period } from '../filters/period.ts';
import type { TicketFilters } from '../filters/ticket-filters.ts';
import { type Cohort, cohortOf } from './cohort.ts';
import { type VolumeStep, volumeOf } from './volume.ts';

export type TicketFigures = { readonly volume: readonly VolumeStep[]; readonly cohort: Cohort };

/** Volume is of tickets of any age, the cohort of those that were reported in the period. */
export function ticketFigures(columns: TicketColumns, filters: TicketFilters, period: Period): TicketFigures {
  const { preparedAt } = columns;
  const matches = matchOfAnyAgeIn(columns, filters);
  const { begin, end } = spanOf(period.from, period.to);
  const ofAnyAge = new Uint32Array(columns.count);
  const reported = new Uint32Array(columns.count);
  let all = 0;
  let inPeriod = 0;
  for (let row = 0; row < columns.count; row += 1) {
    if (!matches(row)) continue;
    ofAnyAge[all++] = row;
    const at = preparedAt[row] ?? 0;
    if (at >= begin && at < end) reported[inPeriod++] = row;
  }
  return {
    volume: volumeOf(columns, ofAnyAge.subarray(0, all), period),
    cohort: cohortOf(columns, reported.subarray(0, inPeriod)),
  };
}
