// What is told of a group at every look: how it is here, and how far it is behind.
import { observe } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute, ofGroup } from '../telemetry/names.ts';
import type { ConsumerState } from './consumer-state.ts';

const CONDITIONS: readonly ConsumerState['condition'][] = ['connected', 'connecting', 'paused', 'stalled'];

/**
 * @param lag seconds that the oldest unsettled event has waited
 * @returns tells nothing any more.
 */
export function tellFigures(
  group: string,
  state: () => ConsumerState,
  lag: () => Promise<number>,
): () => void {
  const its = ofGroup(group);
  const still = observe([metric.condition, metric.inFlight, metric.blockedStreams], (tell) => {
    const now = state();
    for (const condition of CONDITIONS)
      tell(metric.condition, now.condition === condition ? 1 : 0, {
        ...its,
        [attribute.condition]: condition,
      });
    tell(metric.inFlight, now.inFlight, its);
    tell(metric.blockedStreams, now.blockedStreams, its);
  });
  const behind = observe([metric.groupLag], async (tell) => tell(metric.groupLag, await lag(), its));
  return () => {
    still();
    behind();
  };
}
