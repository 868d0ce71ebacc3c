import type { Figures } from '../../../projections/http/figures/figures.ts';

/** Figures as they are counted a second time (`countedAgain`): without what a test knows already, maps as sorted lists. */
export function comparableFigures({
  volume,
  cohort,
  failures,
}: Pick<Figures, 'volume' | 'cohort' | 'failures'>) {
  const sorted = <Tally>(tallies: ReadonlyMap<string | null, Tally>) =>
    [...tallies].sort(([a], [b]) => Number(String(a) > String(b)) - Number(String(a) < String(b)));
  const plain = ({ bins, ...others }: Figures['cohort']['firstReply']) => ({
    ...others,
    bins: bins.map(({ count }) => count),
  });
  return {
    volume,
    cohort: {
      total: cohort.total,
      byKind: sorted(cohort.byKind),
      byPriority: sorted(cohort.byPriority),
      byStatus: sorted(cohort.byStatus),
      byAgent: sorted(cohort.byAgent),
      byTag: sorted(cohort.byTag),
      firstReply: plain(cohort.firstReply),
      firstResolution: plain(cohort.firstResolution),
    },
    failures: failures.map(({ from, group, failed, recovered }) => `${from} ${group} ${failed} ${recovered}`),
  };
}
