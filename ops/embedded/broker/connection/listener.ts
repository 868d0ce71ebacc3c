import { once } from 'node:events';
import { createServer } from 'node:net';
import { portOf } from '../../shared/port-of.ts';
import type { Broker } from '../broker.ts';
import { Connection } from './connection.ts';

/** How long clients may take to say goodbye when the broker stops. */
const GOODBYE_MS = 1_000;

export type Listener = {
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
  /** Accepts nobody any more, and ends the connections there are. */
  close(): Promise<void>;
};

/** Listens for AMQP clients and serves them. */
export async function listen(host: string, port: number, broker: Broker): Promise<Listener> {
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const connection = new Connection(socket, broker, () => connections.delete(connection));
    connections.add(connection);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    connections,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections) connection.shutdown();
      const late = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, GOODBYE_MS);
      await closed;
      clearTimeout(late);
    },
  };
}
