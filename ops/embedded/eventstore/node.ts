import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataFolder } from '../shared/data-folder.ts';
import type { RunningNode } from '../shared/running-node.ts';
import { type Access, byUsers, everybodyIsSystem } from './access/access.ts';
import { Users } from './access/users.ts';
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
import { lockFolder } from './log/folder-lock.ts';
import { RpcServer } from './rpc/rpc-server.ts';
import { Connections } from './server/connections.ts';
import { featuresService } from './server/features.ts';
import { gossipService } from './server/gossip.ts';
import { operationsService, Scavenges } from './server/operations.ts';
import { streamsService } from './streams/service.ts';
import { uuidFromText } from './wire/uuid.ts';

/** Change it with the layout of the log: an older node then refuses the data. */
const FORMAT = 1;
const PATIENCE_MS = 1000;

type EventStoreNodeOptions = {
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
  /** File with the first password of the users `admin` and `ops`, which a node with TLS makes; `changeit` without it. */
  readonly adminPasswordFile?: string;
};

/**
 * Starts an event store that speaks EventStoreDB's gRPC protocol, for one machine.
 *
 * @throws Error with a sentence for people when the folder or the port cannot be used.
 */
export async function startEventStoreNode(
  options: EventStoreNodeOptions,
): Promise<RunningNode<'eventstore'>> {
  const tls = await readTls(options);
  const data = await openData(options.dataDir);
  try {
    return await serve(data, options, tls);
  } catch (error) {
    await data.close();
    throw error;
  }
}

/** Everything that works on the data, and the way to end that in order. */
type Data = {
  readonly store: EventStore;
  readonly groups: Groups;
  readonly scavenges: Scavenges;
  close(): Promise<void>;
};

async function openData(dataDir: string): Promise<Data> {
  await openDataFolder(dataDir, 'eventstore', FORMAT);
  const unlock = await lockFolder(dataDir);
  try {
    const store = await EventStore.open({ dir: dataDir, links: 'standard' });
    const ledger = new ReplayLedger(join(dataDir, 'replays'));
    const groups = new Groups(store, ledger);
    const scavenges = new Scavenges(store, ledger);
    return {
      store,
      groups,
      scavenges,
      async close() {
        await scavenges.close();
        await groups.close();
        await ledger.close();
        await store.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function serve(
  data: Data,
  options: EventStoreNodeOptions,
  tls: Tls | undefined,
): Promise<RunningNode<'eventstore'>> {
  const { store, groups, scavenges } = data;
  const host = options.host ?? '127.0.0.1';
  const instanceId = uuidFromText(randomUUID()) ?? Buffer.alloc(16);
  let boundPort = options.port;
  const identity = () => ({
    instanceId,
    host: options.advertiseHost ?? host,
    port: options.advertisePort ?? boundPort,
  });
  const access = tls === undefined ? everybodyIsSystem : await openUsers(store, options.adminPasswordFile);
  const report = (error: unknown, path: string): void => console.error(`eventstore: ${path} failed:`, error);
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
  const connections: Connections = await Connections.listen({
    rpc,
    http: createListener(
      [
        nodeRoutes(store, identity, tls === undefined ? 'insecure' : 'internal'),
        statisticsRoutes(store, groups, () => ({
          connections: connections.count,
          calls: rpc.openCalls,
        })),
        subscriptionRoutes(store, groups, access),
        scavengeRoute(scavenges, access),
        userRoutes(access.users, access),
      ],
      access,
      report,
    ),
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
      await data.close();
    },
  };
}

const WELL_KNOWN_PASSWORD = 'changeit';

async function openUsers(store: EventStore, passwordFile: string | undefined): Promise<Access> {
  const users = new Users(store);
  const password =
    passwordFile === undefined ? WELL_KNOWN_PASSWORD : (await readFile(passwordFile, 'utf8')).trim();
  await users.ensureFirst(password);
  return byUsers(store, users);
}

type Tls = { readonly cert: string; readonly key: string };

async function readTls(options: EventStoreNodeOptions): Promise<Tls | undefined> {
  if (options.cert === undefined && options.key === undefined) return undefined;
  if (options.cert === undefined || options.key === undefined) {
    throw new Error('TLS needs both a certificate and its key: give --cert and --key.');
  }
  const [cert, key] = await Promise.all([readFile(options.cert, 'utf8'), readFile(options.key, 'utf8')]);
  return { cert, key };
}
