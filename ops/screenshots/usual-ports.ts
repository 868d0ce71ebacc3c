import type { SystemUrls } from '../start/plan.ts';
import { PORT_SETTINGS, type PortName } from '../start/settings.ts';
import type { Instead } from './picture.ts';

/** For each port that something listens on: how it is written, and the usual one in its place. */
export function usualPorts(urls: SystemUrls): readonly Instead[] {
  const named: Readonly<Record<PortName, string | undefined>> = urls;
  return Object.entries(PORT_SETTINGS).flatMap(([name, { usual }]): Instead[] => {
    const port = Object.entries(named)
      .find(([of]) => of === name)?.[1]
      ?.match(/:(\d+)(?=\/|\?|$)/)?.[1];
    return port === undefined ? [] : [[`:${port}`, `:${usual}`]];
  });
}
