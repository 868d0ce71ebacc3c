import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CommandDeps, EXIT } from '../command.ts';
import type { Options } from '../options.ts';

const ENTRY = join(import.meta.dirname, '../../../projections/verify.js');

/**
 * Holds read models against their streams. What documents should be only the projections service knows; it is a program of
 * that service that looks, in a process of its own, with the settings of this one.
 */
export async function verify(
  { print, complain, stop }: CommandDeps,
  names: readonly string[],
  { json }: Options,
): Promise<number> {
  const args = [ENTRY, ...names, ...(json ? ['--json'] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const leave = () => child.kill('SIGTERM');
  stop.addEventListener('abort', leave, { once: true });
  createInterface(child.stdout).on('line', print);
  createInterface(child.stderr).on('line', complain);
  const [code]: (number | null)[] = await once(child, 'close');
  stop.removeEventListener('abort', leave);
  return code ?? EXIT.notPossible;
}
