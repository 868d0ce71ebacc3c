import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A node in a process of its own: for tests that kill it, and for benchmarks that measure it. */
export type NodeProcess = {
  /** The ports that it listens on, by the names of `RunningNode`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly pid: number;
  /** Settles when the process has ended, however that came. */
  readonly ended: Promise<unknown>;
  /** Bytes that it holds in its heap and in buffers, after a collection. */
  memory(): Promise<number>;
  /** Ends it as a power cut would: without a chance to write anything. */
  kill(): Promise<void>;
  /** Closes the node, and ends its process when that is done. */
  stop(): Promise<void>;
};

/**
 * Starts a node in a process of its own, which ends with this one at the latest.
 *
 * @param module URL of the compiled module that exports `start`, such as `new URL('../node.js', import.meta.url)`
 * @param start name of the function that starts the node with these options
 * @throws Error when the process ends before it listens; what it printed says why
 */
export async function startNodeProcess(
  module: URL,
  start: string,
  options: Readonly<Record<string, unknown>>,
): Promise<NodeProcess> {
  const child = fork(
    join(import.meta.dirname, 'hosted-node.js'),
    [module.href, start, JSON.stringify(options)],
    { execArgv: ['--expose-gc'] },
  );
  const ended = once(child, 'exit');
  const ports = await Promise.race([
    messageOf(child).then(portsOf),
    ended.then(([code]) => Promise.reject(new Error(`The node ended with ${code} before it listened.`))),
  ]);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  return {
    ports,
    pid: child.pid ?? 0,
    ended,
    async memory() {
      child.send('memory');
      return Number(await messageOf(child));
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message');
  return message;
}

function portsOf(message: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(Object(message)).map(([name, port]) => [name, Number(port)]));
}
