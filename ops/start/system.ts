import { join } from 'node:path';
import { withSecretsFromFiles } from '../../shared-contracts/runtime/setting-values.ts';
import { NODE_NAMES, type NodeName } from '../embedded/nodes.ts';
import type { Program } from './child.ts';
import { ensureMasterKey } from './master-key.ts';
import {
  type Hosts,
  hostSettings,
  neededNodes,
  nodeOptions,
  SERVICE_NAMES,
  type ServiceName,
  type SystemUrls,
  serviceSettings,
  systemUrls,
  wantedPorts,
} from './plan.ts';
import { settlePorts } from './ports.ts';
import { probeServer } from './probe.ts';
import { resetData } from './reset.ts';
import { addressesOf, SERVER_SETTINGS } from './server-urls.ts';
import type { Environment, Ports } from './settings.ts';
import { startStages } from './stages.ts';
import type { SupervisionLimits } from './supervised-process.ts';

/** The processes of the system: the event store's, the one of the other embedded nodes, and the services. */
export type ProcessName = 'eventstore' | 'nodes' | ServiceName;

export type SystemOptions = {
  /** Folder of the embedded nodes' data and of the master key. */
  readonly dataDir: string;
  /** The settings; server URLs among them replace embedded nodes. */
  readonly env: Environment;
  /** Whether the services run with demo data and fail the first confirmation mail on purpose. */
  readonly demo: boolean;
  readonly ports: Ports;
  /** Deletes what the embedded nodes have kept, before they start. */
  readonly reset?: boolean;
  /** Gets one line at a time: what the launcher says, and what the processes print behind their name. */
  readonly log: (line: string) => void;
  /** Stops the system like `stop()`, be it that the start is still under way, which then fails. */
  readonly stopSignal?: AbortSignal;
  /** The same as `killAll()`. */
  readonly killSignal?: AbortSignal;
  /** Compiled entry modules that stand in for the real ones. */
  readonly modules?: Partial<Readonly<Record<ProcessName, string>>>;
  readonly limits?: Partial<SupervisionLimits>;
};

export type RunningSystem = {
  readonly urls: SystemUrls;
  /** Process id of what runs now under that name; undefined while it is down, or where a real server replaces it. */
  pid(name: ProcessName): number | undefined;
  /** Sends a signal to a process, which is started again when it ends by it. */
  kill(name: ProcessName, signal: NodeJS.Signals): void;
  /** Resolves the next time that the process is ready again: ask before the kill. */
  restarted(name: ProcessName): Promise<void>;
  /** Stops the services, then the nodes; resolves when no process is left. */
  stop(): Promise<void>;
  /** Kills every process at once, as a power cut would; resolves when none is left. */
  killAll(): Promise<void>;
};

const BUILD = join(import.meta.dirname, '..', '..');
const NODES_CHILD = join(import.meta.dirname, 'nodes-child.js');

const MODULES: Readonly<Record<ProcessName, string>> = {
  eventstore: NODES_CHILD,
  nodes: NODES_CHILD,
  customer: join(BUILD, 'customer/main.js'),
  backoffice: join(BUILD, 'backoffice/main.js'),
  projections: join(BUILD, 'projections/main.js'),
  console: join(BUILD, 'ops/console/main.js'),
};

/**
 * Starts the embedded nodes that are needed and the services, each as a process of its own, and keeps them running.
 *
 * @throws StartError when something is in the way (a port that is taken, a server that does not answer, a process
 *   that cannot start); nothing is left running then.
 * @throws SettingError when a secret's file cannot be used.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const { dataDir, demo } = options;
  const env = withSecretsFromFiles(options.env);
  const hosts = hostSettings(env);
  const nodes = neededNodes(env);
  const ports = await settlePorts(options.ports, wantedPorts(nodes, hosts));
  await probeReplacements(env, nodes);
  if (options.reset) await resetData(dataDir);
  const masterKeyFile = env.DESKSTREAM_MASTER_KEY_FILE || (await ensureMasterKey(dataDir));
  const urls = systemUrls(env, nodes, hosts, ports);

  const modules = { ...MODULES, ...options.modules };
  const nodePrograms = programsOfNodes(nodes, { hosts, ports, dataDir, env, modules });
  const services = SERVICE_NAMES.map((name) => ({
    name,
    module: modules[name],
    args: [],
    env: { ...env, ...serviceSettings(name, { hosts, ports, urls, masterKeyFile, demo }) },
  }));
  const fleet = await startStages([nodePrograms, services], options);
  return {
    urls,
    pid: (name) => fleet.find(name)?.pid(),
    kill: (name, signal) => fleet.find(name)?.kill(signal),
    restarted: async (name) => fleet.find(name)?.restarted(),
    stop: fleet.stop,
    killAll: fleet.killAll,
  };
}

async function probeReplacements(env: Environment, embedded: readonly NodeName[]): Promise<void> {
  const replaced = NODE_NAMES.filter((node) => !embedded.includes(node)).map((node) => SERVER_SETTINGS[node]);
  const addresses = replaced.map((server) => addressesOf(server, env[server.setting] ?? ''));
  await Promise.all(replaced.map((server, index) => probeServer(server.setting, addresses[index] ?? [])));
}

function programsOfNodes(
  nodes: readonly NodeName[],
  given: {
    hosts: Hosts;
    ports: Ports;
    dataDir: string;
    env: Environment;
    modules: Readonly<Record<ProcessName, string>>;
  },
): readonly Program[] {
  const program = (name: 'eventstore' | 'nodes', hosted: readonly NodeName[]): readonly Program[] => {
    if (hosted.length === 0) return [];
    const wanted = hosted.map((node) => ({
      node,
      options: nodeOptions(node, given.hosts, given.ports, join(given.dataDir, node)),
    }));
    return [{ name, module: given.modules[name], args: [JSON.stringify(wanted)], env: given.env }];
  };
  return [
    ...program(
      'eventstore',
      nodes.filter((node) => node === 'eventstore'),
    ),
    ...program(
      'nodes',
      nodes.filter((node) => node !== 'eventstore'),
    ),
  ];
}
