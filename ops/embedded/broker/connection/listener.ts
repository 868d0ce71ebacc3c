import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Broker } from '../broker.ts';
import { boundPort } from './bound-port.ts';
import { Connection } from './connection.ts';

/** How long clients may take to say goodbye when the broker stops. */
const GOODBYE_MS = 1_000;

export type Listener = {
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
  close(): Promise<void>;
};

/** Listens for AMQP clients. */
export async function listen(broker: Broker, host: string, port: number): Promise<Listener> {
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, broker, () => connections.delete(connection));
    connections.add(connection);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: boundPort(server.address()),
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
