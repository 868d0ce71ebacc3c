import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataFolder } from '../shared/data-folder.ts';
import type { RunningNode } from '../shared/running-node.ts';
import { EventStore } from './core/event-store.ts';
import { Groups } from './groups/groups.ts';
import { ReplayLedger } from './groups/replay-ledger.ts';
import { persistentSubscriptionsService } from './groups/service.ts';
import { RpcServer } from './rpc/rpc-server.ts';
import { Connections } from './server/connections.ts';
import { featuresService } from './server/features.ts';
import { gossipService } from './server/gossip.ts';
import { streamsService } from './streams/service.ts';
import { uuidFromText } from './wire/uuid.ts';

/** Change it with the layout of the log: an older node then refuses the data. */
const FORMAT = 1;
const PATIENCE_MS = 1000;

export type EventStoreNodeOptions = {
  /** Folder of the data; made where it is missing. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to bind to; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** Where clients that discover the node by gossip are sent; the bound address and port unless told otherwise. */
  readonly advertiseHost?: string;
  readonly advertisePort?: number;
  /** Paths of PEM files; given both, the node speaks TLS. */
  readonly cert?: string;
  readonly key?: string;
};

/**
 * Starts an event store that speaks EventStoreDB's gRPC protocol, for one machine.
 *
 * @throws Error with a sentence for people when the folder or the port cannot be used.
 */
export async function startEventStoreNode(
  options: EventStoreNodeOptions,
): Promise<RunningNode<'eventstore'>> {
  await openDataFolder(options.dataDir, 'eventstore', FORMAT);
  const tls = await readTls(options);
  const store = await EventStore.open({ dir: options.dataDir, links: 'standard' });
  const ledger = new ReplayLedger(join(options.dataDir, 'replays'));
  const groups = new Groups(store, ledger);
  const host = options.host ?? '127.0.0.1';
  const instanceId = uuidFromText(randomUUID()) ?? Buffer.alloc(16);
  let boundPort = options.port;
  const identity = () => ({
    instanceId,
    host: options.advertiseHost ?? host,
    port: options.advertisePort ?? boundPort,
  });
  const rpc = new RpcServer({
    handlers: new Map([
      ...streamsService(store),
      ...persistentSubscriptionsService(store, groups, () => 'system'),
      ...gossipService(identity, store.clock),
      ...featuresService(),
    ]),
    admit: () => {},
    report: (error, path) => console.error(`eventstore: ${path} failed:`, error),
  });
  const connections = await Connections.listen({
    rpc,
    http: (_, response) => response.writeHead(404).end(),
    host,
    port: options.port,
    tls,
  });
  boundPort = connections.port;
  return {
    ports: { eventstore: boundPort },
    async close() {
      connections.stopAccepting();
      await rpc.close(PATIENCE_MS);
      connections.closeAll();
      await groups.close();
      await ledger.close();
      await store.close();
    },
  };
}

async function readTls(options: EventStoreNodeOptions): Promise<{ cert: string; key: string } | undefined> {
  if (options.cert === undefined && options.key === undefined) return undefined;
  if (options.cert === undefined || options.key === undefined) {
    throw new Error('TLS needs both a certificate and its key: give --cert and --key.');
  }
  const [cert, key] = await Promise.all([readFile(options.cert, 'utf8'), readFile(options.key, 'utf8')]);
  return { cert, key };
}
