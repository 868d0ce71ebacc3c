import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { lockAddress } from '../../shared/lock-address.ts';

/**
 * Holds a folder for this process alone: two brokers on the same data would each remove what the other has. The
 * system gives it free when the process dies, however it dies.
 *
 * @returns what gives it free.
 * @throws Error with a sentence for people when another broker holds it.
 */
export async function holdAlone(dir: string): Promise<() => Promise<void>> {
  const { address, file } = await lockAddress(dir, 'broker');
  if (await answers(address)) {
    throw new Error(
      `${dir} is in use by another broker. Stop that one, or choose another folder with --data.`,
    );
  }
  // Nobody answers: what is there was left by a process that was killed.
  if (file !== undefined) await rm(file, { force: true });
  const server = createServer((socket) => socket.destroy());
  server.listen(address);
  await once(server, 'listening');
  server.unref();
  return async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(address);
  const found = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return found;
}
