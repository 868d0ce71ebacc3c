import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { portOf } from '../../shared/port-of.ts';
import type { Doc } from '../values/value.ts';
import { serveConnection } from './connection.ts';

/** Most clients that may be connected at a time. */
const MAX_CONNECTIONS = 5000;

/** How many connections there are, and how many there have ever been. */
export type ConnectionCounters = { connections: number; connectionsCreated: number };

export type Listener = {
  readonly port: number;
  /** Accepts nobody any more and lets the commands that are being carried out finish. */
  close(): Promise<void>;
};

/**
 * Listens for clients and answers their commands.
 *
 * @param counters kept by the listener
 * @param answer is told the number of the connection, counted from 1
 */
export async function listen(
  host: string,
  port: number,
  counters: ConnectionCounters,
  answer: (connectionId: number, command: Doc) => Promise<Doc>,
): Promise<Listener> {
  const clients = new Map<Socket, Promise<void>>();
  const server = createServer({ noDelay: true }, (socket) => {
    counters.connections += 1;
    counters.connectionsCreated += 1;
    const connectionId = counters.connectionsCreated;
    const served = serveConnection(socket, (command) => answer(connectionId, command)).finally(() => {
      counters.connections -= 1;
      clients.delete(socket);
    });
    clients.set(socket, served);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    async close() {
      const closed = once(server, 'close');
      server.close();
      const served = [...clients.values()];
      for (const socket of clients.keys()) socket.destroySoon();
      await Promise.allSettled(served);
      await closed;
    },
  };
}
