import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { portOf } from '../../shared/port-of.ts';
import type { Broker } from '../broker.ts';
import { Connection } from './connection.ts';

/** How long clients may take to say goodbye when the broker stops. */
const GOODBYE_MS = 1_000;

export type Listener = {
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
  /** Serves the clients that have come and those that come. */
  serve(broker: Broker): void;
  close(): Promise<void>;
};

/**
 * Listens for AMQP clients, who wait until `serve` says with what they are served: a port that is taken shows before
 * anything is done to the data, which may be that of the broker that has the port.
 */
export async function listen(host: string, port: number): Promise<Listener> {
  const connections = new Set<Connection>();
  let serving: Broker | undefined;
  let early: Socket[] = [];
  const connect = (socket: Socket, broker: Broker) => {
    const connection = new Connection(socket, broker, () => connections.delete(connection));
    connections.add(connection);
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (serving) connect(socket, serving);
    else early.push(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    connections,
    serve(broker) {
      serving = broker;
      for (const socket of early) connect(socket, broker);
      early = [];
    },
    async close() {
      if (!server.listening) return;
      for (const socket of early) socket.destroy();
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
