import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDataFolder } from '../shared/data-folder.ts';
import { type RunningNode, startNode } from '../shared/running-node.ts';
import { everybodyIsSystem } from './access/access.ts';
import { openUsers } from './access/open-users.ts';
import { EventStore } from './core/event-store.ts';
import { LogFailed } from './core/writer.ts';
import { cannotWrite } from './errors.ts';
import { Groups } from './groups/groups.ts';
import { ReplayLedger } from './groups/replay-ledger.ts';
import { persistentSubscriptionsService } from './groups/service.ts';
import { nodeRoutes } from './http/node-routes.ts';
import { createListener } from './http/router.ts';
import { scavengeRoute } from './http/scavenge-route.ts';
import { statisticsRoutes } from './http/statistics-routes.ts';
import { subscriptionRoutes } from './http/subscription-routes.ts';
import { userRoutes } from './http/user-routes.ts';
import { RpcServer } from './rpc/rpc-server.ts';
import { Connections } from './server/connections.ts';
import { featuresService } from './server/features.ts';
import { gossipService } from './server/gossip.ts';
import { operationsService } from './server/operations.ts';
import { Scavenges } from './server/scavenges.ts';
import { readTls } from './server/tls.ts';
import { streamsService } from './streams/service.ts';
import { uuidFromText } from './wire/uuid.ts';

/** Change it with the layout of the log: an older node then refuses the data. */
const FORMAT_VERSION = 1;

type EventStoreNodeOptions = {
  /** Folder of the node's own data; made where it is missing. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** Where clients that discover the node by gossip are sent; the bound address and port unless told otherwise. */
  readonly advertiseHost?: string;
  readonly advertisePort?: number;
  /** Paths of PEM files; given both, the node speaks TLS. */
  readonly cert?: string;
  readonly key?: string;
  /** File with the first password of the users `admin` and `ops`, which a node with TLS makes; `changeit` without it. */
  readonly adminPasswordFile?: string;
};

/**
 * Starts an event store that speaks EventStoreDB's gRPC protocol, for one machine.
 *
 * @throws Error with a sentence for people when the folder or the port cannot be used
 */
export function startEventStoreNode(options: EventStoreNodeOptions): Promise<RunningNode<'eventstore'>> {
  const { dataDir, host = '127.0.0.1' } = options;
  return startNode(async (onClose) => {
    const tls = await readTls(options.cert, options.key);

    onClose(await openDataFolder(dataDir, 'eventstore', FORMAT_VERSION));
    const store = await EventStore.open({ dir: dataDir, links: 'standard' });
    onClose(() => store.close());
    const ledger = new ReplayLedger(join(dataDir, 'replays'));
    onClose(() => ledger.close());
    const groups = new Groups(store, ledger);
    onClose(() => groups.close());
    const scavenges = new Scavenges(store, ledger);
    onClose(() => scavenges.close());

    const access = tls === undefined ? everybodyIsSystem : await openUsers(store, options.adminPasswordFile);
    const instanceId = uuidFromText(randomUUID()) ?? Buffer.alloc(16);
    let boundPort = options.port;
    const identity = () => ({
      instanceId,
      host: options.advertiseHost ?? host,
      port: options.advertisePort ?? boundPort,
    });
    const rpc = new RpcServer({
      handlers: new Map([
        ...streamsService(store, access),
        ...persistentSubscriptionsService(store, groups, access),
        ...operationsService(scavenges, groups, access),
        ...gossipService(identity, store.clock),
        ...featuresService(),
      ]),
      admit: (call) => access.admit(call.headers, call.path),
      translate: (error) => (error instanceof LogFailed ? cannotWrite(error) : undefined),
      report,
    });
    const figures = () => ({ connections: connections.count, calls: rpc.openCalls });
    const http = createListener(
      [
        nodeRoutes(store, identity, tls === undefined ? 'insecure' : 'internal'),
        statisticsRoutes(store, groups, figures),
        subscriptionRoutes(store, groups, access),
        scavengeRoute(scavenges, access),
        userRoutes(access.users, access),
      ],
      access,
      report,
    );
    const connections: Connections = await Connections.listen({ rpc, http, host, port: options.port, tls });
    onClose(() => connections.close());
    boundPort = connections.port;
    return { eventstore: boundPort };
  });
}

function report(error: unknown, path: string): void {
  console.error(`eventstore: ${path} failed:`, error);
}
