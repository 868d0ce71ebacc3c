import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Teardown } from './test-store.ts';

export type ForkedProcess = {
  /** Ends it as a crash would, if nothing else has. */
  kill(): Promise<void>;
  /** Ends it as an update does: it finishes what it has in hand, and leaves. */
  stop(): Promise<void>;
  /** Resolves when it has ended: by which signal, or with which exit code. */
  readonly ended: Promise<string>;
  /** The last thing that it said, if it said anything. */
  said(): unknown;
};

/** Starts a program of this folder with its options as JSON; it is killed with the test at the latest. */
export function forkProcess(t: Teardown, program: string, options: unknown): ForkedProcess {
  const child: ChildProcess = fork(join(import.meta.dirname, `${program}.js`), [JSON.stringify(options)]);
  let said: unknown;
  child.on('message', (message) => {
    said = message;
  });
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  t.teardown(() => end('SIGKILL'));
  return { kill: () => end('SIGKILL'), stop: () => end('SIGTERM'), ended, said: () => said };
}
