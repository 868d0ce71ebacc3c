// What the console knows of the groups and nobody else: what waits in the store, and what waits for a person.
import { observe } from '../../shared-contracts/runtime/telemetry/meters.ts';
import { metric } from '../../shared-contracts/runtime/telemetry/metrics.ts';
import { ofGroup } from '../../shared-contracts/runtime/telemetry/names.ts';
import type { GroupsWatch } from '../observe/watch-groups.ts';
import type { Recovery } from '../recovery/recovery.ts';

/** @returns tells nothing any more. */
export function tellFigures(watch: GroupsWatch, recoveries: readonly Recovery[]): () => void {
  const behind = observe([metric.groupWaiting], async (tell) => {
    const { at, groups } = await watch.last();
    if (at === undefined) return;
    for (const [group, { lag }] of groups) tell(metric.groupWaiting, lag, ofGroup(group));
  });
  const failed = observe([metric.failedWaiting], (tell) => {
    for (const { group, ledger } of recoveries)
      tell(metric.failedWaiting, ledger.index.count('waiting'), ofGroup(group.name));
  });
  return () => {
    behind();
    failed();
  };
}
