import { createHash } from 'node:crypto';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a start waits for a process that is just closing its files, as after the launcher was killed. */
const WAIT_MS = 10_000;
const RETRY_MS = 100;

/** Gives the folder free. */
export type Release = () => Promise<void>;

/**
 * Holds a data folder for this process: two that write the same files would destroy them. The lock is a socket that
 * listens, so it ends with the process however that ends; what a killed process leaves behind is told by that nobody
 * answers there.
 *
 * @throws Error with a sentence for people when another process goes on holding the folder
 */
export async function lockFolder(dir: string, waitMs = WAIT_MS): Promise<Release> {
  await mkdir(dir, { recursive: true });
  const { address, file } = await lockAddress(dir);
  const end = performance.now() + waitMs;
  for (;;) {
    const server = await listen(address);
    if (server !== undefined) return () => new Promise((resolve) => server.close(() => resolve()));
    if (file !== undefined && !(await answers(address))) await rm(file, { force: true });
    else if (performance.now() > end) {
      throw new Error(
        `${dir} is in use by another process. Stop that process, or choose another folder with --data.`,
      );
    } else await sleep(RETRY_MS);
  }
}

/** Where a process listens that holds a folder. */
type LockAddress = {
  /** For `listen` and `connect`. */
  readonly address: string;
  /** The file that a process leaves there when it is killed, where the system keeps one. */
  readonly file: string | undefined;
};

/**
 * The address for holding a folder, the same in every process: it can be listened at by one alone, and the system gives it
 * free when that one ends, however it ends. On Linux it is an abstract socket, which leaves no file behind.
 */
async function lockAddress(dir: string): Promise<LockAddress> {
  // A name of its own, since the path of a socket may have no more than a hundred characters.
  const hash = createHash('sha256')
    .update(await realpath(dir))
    .digest('hex')
    .slice(0, 24);
  const name = `deskstream-${hash}.lock`;
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\${name}`, file: undefined };
  if (process.platform === 'linux') return { address: `\0${name}`, file: undefined };
  const file = join(tmpdir(), name);
  return { address: file, file };
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
