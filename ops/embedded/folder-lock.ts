import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockAddress } from './shared/lock-address.ts';

/** How long a start waits for a process that is just closing its files, as after the launcher was killed. */
const WAIT_MS = 10_000;
const RETRY_MS = 100;

/**
 * Holds a data folder for this process: two that write the same files would destroy them. The lock is a socket that
 * listens, so it ends with the process however that ends; what a killed process leaves behind is told by that nobody
 * answers there.
 *
 * @throws Error with a sentence for people when another process goes on holding the folder
 */
export async function lockFolder(dir: string, waitMs = WAIT_MS): Promise<{ release(): Promise<void> }> {
  await mkdir(dir, { recursive: true });
  const { address, file } = await lockAddress(dir, 'lock');
  const end = performance.now() + waitMs;
  for (;;) {
    const server = await listen(address);
    if (server !== undefined)
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    if (file !== undefined && !(await answers(address))) await rm(file, { force: true });
    else if (performance.now() > end) {
      throw new Error(`${dir} is in use by another process. Stop that process, or choose another folder.`);
    } else await sleep(RETRY_MS);
  }
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
