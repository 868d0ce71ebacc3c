import { execFile } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../cli/main.js');

export type CommandRun = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the command line as an operator does, in a process of its own: how it ended, and all that it printed. */
export function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<CommandRun> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

/** What a command prints with `--json`: one value in each line. */
export function parsedLines(out: string): readonly Readonly<Record<string, unknown>>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
