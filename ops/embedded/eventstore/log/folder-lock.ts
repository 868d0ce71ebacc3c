import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps two nodes from writing to one folder: a file LOCK names the process that has it. A process that is gone (a crash leaves
 * the file behind) has nothing any more.
 *
 * @returns What gives the folder free again.
 * @throws Error with a sentence for people when another process has it.
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'LOCK');
  const mine = identity(process.pid);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readHolder(path);
    const pid = Number.parseInt(holder, 10);
    if (isAlive(pid) && identity(pid) === holder) {
      throw new Error(
        `${dir} is in use by process ${pid}. Stop that node first, or choose another folder with --data.`,
      );
    }
    await rm(path, { force: true });
  }
  throw new Error(`${dir} is in use by another process that starts just now.`);
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Process number and, where the system tells it, the time at which it was started: numbers are used again. */
function identity(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return String(pid);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
