// A server that the product depends on, in a process of its own: it can be killed, kept down, and started again.
import { join } from 'node:path';
import { forkChild } from '../../../start/child.ts';

/** When a process was being killed, in milliseconds since 1970: from the signal until it was gone. */
export type Kill = { readonly what: string; readonly from: number; readonly to: number };

export type KillableNode = {
  /** Ends it as a power cut would (SIGKILL), and resolves when it is gone. */
  kill(): Promise<Kill>;
  /** Starts it again on its port and its data, and resolves when it serves. */
  start(): Promise<void>;
};

/** What `kill` needs to know of a process. */
export type KillableProcess = {
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
};

export async function killed(what: string, process: KillableProcess): Promise<Kill> {
  const from = Date.now();
  process.kill('SIGKILL');
  await process.ended;
  return { what, from, to: Date.now() };
}

const NODES_CHILD = join(import.meta.dirname, '..', '..', '..', 'start', 'nodes-child.js');

/** Starts one embedded node, as `npm start` does, but alone in its process. */
export async function startEmbeddedNode(
  name: string,
  options: object,
  onLine: (line: string) => void,
): Promise<KillableNode> {
  const args = [JSON.stringify([{ node: name, options }])];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const start = async () => {
    const child = forkChild({ name, module: NODES_CHILD, args, env }, (line) => onLine(`${name} | ${line}`));
    const early = child.ended.then(({ sentence, how }) => {
      throw new Error(`${name} ended ${how} before it was ready. ${sentence ?? ''}`);
    });
    await Promise.race([child.ready, early]);
    early.catch(() => undefined);
    return child;
  };
  let child = await start();
  return {
    kill: () => killed(name, child),
    start: async () => {
      child = await start();
    },
  };
}
