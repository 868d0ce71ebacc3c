import type { ConsumerProcess } from './consumer-process.ts';
import { type ForkedProcess, forkProcess } from './fork-process.ts';
import type { Teardown } from './test-store.ts';

/** Starts an instance in a process of its own; it is killed with the test at the latest. */
export function forkConsumer(t: Teardown, options: ConsumerProcess): ForkedProcess {
  return forkProcess(t, 'consumer-process', options);
}
