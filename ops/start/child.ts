import { fork } from 'node:child_process';
import { type ChildReady, parseChildMessage } from './child-messages.ts';
import { lineSplitter } from './lines.ts';

/** A program to run as a process of its own: a compiled module that speaks the protocol of `child-messages.ts`. */
export type Program = {
  readonly name: string;
  /** Path of the compiled entry module. */
  readonly module: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type ChildEnd = {
  /** The child's own sentence about why it could not start, where it sent one. */
  readonly sentence: string | undefined;
  /** What the system says of the end: "by SIGKILL", "with exit code 1". */
  readonly how: string;
  /** Whether it ended as one that is asked to stop does, be it before it had begun to listen for that. */
  readonly clean: boolean;
};

export type Child = {
  readonly pid: number | undefined;
  /** Resolves when the child says that it is ready; never rejects, and stays pending when the child ends first. */
  readonly ready: Promise<ChildReady>;
  /** Resolves when the process is gone and all that it said has been read. */
  readonly ended: Promise<ChildEnd>;
  kill(signal: NodeJS.Signals): void;
};

/** Messages are read to the end of the channel, which closes with the process; this only guards against a leak. */
const CHANNEL_CLOSE_LIMIT_MS = 1000;

/** Starts a process; what it prints is handed to `onLine`, line by line. */
export function forkChild(program: Program, onLine: (line: string) => void): Child {
  const child = fork(program.module, program.args, {
    env: { ...program.env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const output of [child.stdout, child.stderr]) {
    const lines = lineSplitter(onLine);
    output?.setEncoding('utf8').on('data', lines.push).on('end', lines.end);
  }

  let sentence: string | undefined;
  const ready = new Promise<ChildReady>((resolve) => {
    child.on('message', (value) => {
      const message = parseChildMessage(value);
      if (message?.type === 'ready') resolve(message);
      if (message?.type === 'failed') sentence = message.message;
    });
  });
  child.on('error', (error) => {
    sentence ??= `${program.name} cannot be run as a process: ${error.message}.`;
  });
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('close', (code, signal) => {
      const end = () =>
        resolve({
          sentence,
          how: signal ? `by ${signal}` : `with exit code ${code}`,
          clean: code === 0 || signal === 'SIGTERM',
        });
      if (!child.connected) return end();
      const limit = setTimeout(end, CHANNEL_CLOSE_LIMIT_MS);
      child.once('disconnect', () => {
        clearTimeout(limit);
        end();
      });
    });
  });
  return {
    pid: child.pid,
    ready,
    ended,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
