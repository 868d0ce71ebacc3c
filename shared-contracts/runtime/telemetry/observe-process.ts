// What the process itself tells: its event loop, memory and processor time.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import { observe } from './meters.ts';
import { metric } from './metrics.ts';
import { attribute } from './names.ts';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

const DELAYS = [
  metric.eventLoopMin,
  metric.eventLoopMax,
  metric.eventLoopMean,
  metric.eventLoopP50,
  metric.eventLoopP90,
  metric.eventLoopP99,
] as const;

/** Tells it to whoever looks; what is measured since the last look begins anew with each. */
export function observeProcess(): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  observe(DELAYS, (tell) => {
    // Nothing was measured yet, which the histogram has no number for.
    if (delay.count === 0) return;
    tell(metric.eventLoopMin, delay.min / NANOSECONDS);
    tell(metric.eventLoopMax, delay.max / NANOSECONDS);
    tell(metric.eventLoopMean, delay.mean / NANOSECONDS);
    tell(metric.eventLoopP50, delay.percentile(50) / NANOSECONDS);
    tell(metric.eventLoopP90, delay.percentile(90) / NANOSECONDS);
    tell(metric.eventLoopP99, delay.percentile(99) / NANOSECONDS);
    delay.reset();
  });

  let last = performance.eventLoopUtilization();
  observe([metric.eventLoopUtilization], (tell) => {
    const now = performance.eventLoopUtilization();
    tell(metric.eventLoopUtilization, performance.eventLoopUtilization(now, last).utilization);
    last = now;
  });

  observe([metric.memory, metric.cpuTime, metric.uptime], (tell) => {
    const { user, system } = process.cpuUsage();
    tell(metric.memory, process.memoryUsage.rss());
    tell(metric.cpuTime, user / 1e6, { [attribute.cpuMode]: 'user' });
    tell(metric.cpuTime, system / 1e6, { [attribute.cpuMode]: 'system' });
    tell(metric.uptime, process.uptime());
  });

  observe([metric.heapUsed, metric.heapLimit], (tell) => {
    for (const { space_name, space_used_size, space_size } of getHeapSpaceStatistics()) {
      const space = { [attribute.heapSpace]: space_name };
      tell(metric.heapUsed, space_used_size, space);
      tell(metric.heapLimit, space_size, space);
    }
  });
}
