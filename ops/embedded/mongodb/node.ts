import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { RunningNode } from '../shared/running-node.ts';
import type { Node } from './commands/command.ts';
import { answer } from './commands/dispatch.ts';
import { Cursors } from './query/cursors.ts';
import { Catalog } from './storage/catalog.ts';
import { removeExpired } from './storage/expire.ts';
import { openStore } from './storage/store.ts';
import { sweep } from './storage/sweep.ts';
import { repeat } from './timer.ts';
import { serveConnection } from './wire/connection.ts';

/** Most clients that may be connected at a time. */
const MAX_CONNECTIONS = 5000;

export type MongodbNodeOptions = {
  /** Folder that keeps the data. */
  readonly dataDir: string;
  /** Port to listen on; 0 for any free one. */
  readonly port: number;
  /** Address to listen on; this machine only, when left out. */
  readonly host?: string;
  /** Milliseconds after which a cursor that nobody reads is closed; ten minutes when left out. */
  readonly cursorTimeoutMs?: number;
  /** Milliseconds between two looks for documents that a TTL index says are over; a minute when left out. */
  readonly ttlIntervalMs?: number;
  /** Told when work in the background fails; printed, when left out. */
  readonly onError?: (error: unknown) => void;
  /** The time, in milliseconds since 1970. */
  readonly now?: () => number;
};

/** Starts a server that answers the official driver as a standalone MongoDB would. */
export async function startMongodbNode(options: MongodbNodeOptions): Promise<RunningNode<'mongodb'>> {
  const store = await openStore(options.dataDir);
  const now = options.now ?? Date.now;
  const cursors = new Cursors(options.cursorTimeoutMs ?? 600_000, now);
  const catalog = new Catalog(store);
  let closing = false;
  let sweeping = Promise.resolve();
  const onError = options.onError ?? reportError;
  const startSweep = (): Promise<void> => {
    sweeping = sweeping.then(() => sweep(store, catalog, () => closing)).catch(onError);
    return sweeping;
  };
  const node: Node = {
    store,
    catalog,
    cursors,
    counters: { connections: 0, connectionsCreated: 0, operations: new Map() },
    now,
    startedAt: now(),
    port: () => port,
    dataDir: options.dataDir,
    sweep: startSweep,
  };
  const clients = new Clients(node);
  const server = createServer({ noDelay: true }, (socket) => clients.serve(socket));
  const port = await listen(server, options);
  void startSweep();
  const expiry = repeat(Math.min(60_000, (options.cursorTimeoutMs ?? 60_000) / 2), () => cursors.expire());
  const ttl = repeat(options.ttlIntervalMs ?? 60_000, () =>
    removeExpired(store, catalog, now(), () => closing).catch(onError),
  );
  return {
    ports: { mongodb: port },
    async close() {
      closing = true;
      await Promise.all([expiry.stop(), ttl.stop()]);
      const closed = once(server, 'close');
      server.close();
      await clients.close();
      await closed;
      await sweeping;
      await store.close();
    },
  };
}

function reportError(error: unknown): void {
  console.error('The embedded MongoDB node could not free space or remove what is over:', error);
}

async function listen(server: Server, { port, host }: MongodbNodeOptions): Promise<number> {
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host ?? '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** The connections there are. */
class Clients {
  private readonly sockets = new Map<Socket, Promise<void>>();
  private readonly node: Node;

  constructor(node: Node) {
    this.node = node;
  }

  serve(socket: Socket): void {
    const { counters } = this.node;
    counters.connections += 1;
    counters.connectionsCreated += 1;
    const connectionId = counters.connectionsCreated;
    const served = serveConnection(socket, (body) => answer(this.node, connectionId, body)).finally(() => {
      counters.connections -= 1;
      this.sockets.delete(socket);
    });
    this.sockets.set(socket, served);
  }

  /** Lets the commands that are being carried out finish, and reads no more. */
  async close(): Promise<void> {
    const served = [...this.sockets.values()];
    for (const socket of this.sockets.keys()) socket.destroySoon();
    await Promise.allSettled(served);
  }
}
