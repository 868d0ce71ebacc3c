import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a process listens that holds a folder. */
export type LockAddress = {
  /** For `listen` and `connect`. */
  readonly address: string;
  /** The file that a process leaves there when it is killed, where the system keeps one. */
  readonly file: string | undefined;
};

/**
 * The address for holding a folder, the same in every process: it can be listened at by one alone, and the system gives it
 * free when that one ends, however it ends. On Linux it is an abstract socket, which leaves no file behind.
 *
 * @param kind tells locks of different kinds on one folder apart
 */
export async function lockAddress(dir: string, kind: string): Promise<LockAddress> {
  // A name of its own, since the path of a socket may have no more than a hundred characters.
  const hash = createHash('sha256')
    .update(await realpath(dir))
    .digest('hex')
    .slice(0, 24);
  const name = `deskstream-${hash}.${kind}`;
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\${name}`, file: undefined };
  if (process.platform === 'linux') return { address: `\0${name}`, file: undefined };
  const file = join(tmpdir(), name);
  return { address: file, file };
}
