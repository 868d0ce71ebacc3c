import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ConsumerProcess } from './consumer-process.ts';
import type { Teardown } from './test-store.ts';

export type ForkedConsumer = {
  /** Ends it as a crash would, if nothing else has. */
  kill(): Promise<void>;
  /** Ends it as an update does: it finishes what it has in hand, and leaves. */
  stop(): Promise<void>;
  /** Resolves when it has ended: by which signal, or with which exit code. */
  readonly ended: Promise<string>;
};

/** Starts an instance in a process of its own; it is killed with the test at the latest. */
export function forkConsumer(t: Teardown, options: ConsumerProcess): ForkedConsumer {
  const child: ChildProcess = fork(join(import.meta.dirname, 'consumer-process.js'), [
    JSON.stringify(options),
  ]);
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  t.teardown(kill);
  return { kill, stop, ended };
}
