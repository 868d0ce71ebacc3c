// The whole product for the fault tests: every server and every service is a process of its own that can be killed alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_NAMES, type NodeName } from '../../../embedded/nodes.ts';
import {
  hostSettings,
  neededNodes,
  nodeOptions,
  type ServiceName,
  type SystemUrls,
  systemUrls,
  wantedPorts,
} from '../../../start/plan.ts';
import { settlePorts } from '../../../start/ports.ts';
import { ANY_PORTS } from '../../../start/settings.ts';
import { startSystem } from '../../../start/system.ts';
import { eventually } from '../../testing/eventually.ts';
import { READY_LIMIT_MS } from '../../testing/whole-system.ts';
import { type Kill, type KillableNode, startEmbeddedNode } from './killable-node.ts';

export type FaultSystem = {
  readonly urls: SystemUrls;
  /** Every kill so far. */
  readonly kills: readonly Kill[];
  /** Kills a node and starts it again once `downMs` have passed; resolves when it serves. */
  killNode(name: NodeName, downMs?: number): Promise<void>;
  /** Kills a service, which is started again at once; resolves when it is ready. */
  killService(name: ServiceName): Promise<void>;
  /** Stops the services in order; the nodes stay, so that what is left can be counted. */
  stopServices(): Promise<void>;
};

/** What these tests need of tap. */
type Test = {
  teardown(undo: () => Promise<void>): void;
  passing(): boolean;
  comment(line: string): void;
};

/** A process that was killed comes back soon, however often that happens. */
const LIMITS = { ready: READY_LIMIT_MS, firstDelay: 100, longestDelay: 400, stop: 10_000 };
const LINES_KEPT = 400;

type Settings = Readonly<Record<string, string>>;

export type FaultSystemOptions = {
  /** URLs of servers that stand in for embedded nodes. */
  readonly servers?: Settings;
  /** Runs once the nodes serve, before there are services; gives further settings for those. */
  readonly beforeServices?: (urls: SystemUrls) => Promise<Settings>;
};

/**
 * Starts it on free ports and in a folder of its own; everything ends with the test, and a test that failed says what
 * the processes printed last.
 */
export async function startFaultSystem(
  t: Test,
  { servers = {}, beforeServices }: FaultSystemOptions = {},
): Promise<FaultSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-faults-'));
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(`${new Date().toISOString()} ${line}`);
    if (lines.length > LINES_KEPT) lines.shift();
  };
  const nodes = new Map<NodeName, KillableNode>();
  const kills: Kill[] = [];
  let stopServices = async () => {};
  t.teardown(async () => {
    await stopServices();
    await Promise.all([...nodes.values()].map((node) => node.kill()));
    await rm(dataDir, { recursive: true, force: true });
    if (!t.passing()) for (const line of lines) t.comment(line);
  });

  const hosts = hostSettings({});
  const needed = neededNodes(servers);
  const ports = await settlePorts(ANY_PORTS, wantedPorts(needed, hosts));
  const urls = systemUrls(servers, needed, hosts, ports);
  await Promise.all(
    NODE_NAMES.filter((name) => needed.includes(name)).map(async (name) => {
      const options = nodeOptions(name, hosts, ports, join(dataDir, name));
      nodes.set(name, await startEmbeddedNode(name, options, log));
    }),
  );
  const settings = await beforeServices?.(urls);
  const system = await startSystem({
    dataDir,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DESKSTREAM_LOG_LEVEL: 'warn',
      DESKSTREAM_FAIL_FIRST_MAIL: 'false',
      EVENTSTORE_URL: urls.eventstore,
      MONGO_URL: urls.mongo,
      AMQP_URL: urls.amqp,
      SMTP_URL: urls.smtp,
      OTEL_EXPORTER_OTLP_ENDPOINT: urls.otlp,
      ...settings,
    },
    demo: true,
    ports,
    log,
    limits: LIMITS,
  });
  stopServices = system.stop;

  return {
    urls,
    kills,
    killNode: async (name, downMs = 0) => {
      const node = nodes.get(name);
      if (node === undefined) throw new Error(`${name} is not an embedded node here.`);
      kills.push(await node.kill());
      log(`${name} was killed`);
      await new Promise((resolve) => setTimeout(resolve, downMs));
      await node.start();
      log(`${name} serves again`);
    },
    killService: async (name) => {
      const back = system.restarted(name);
      const pid = system.pid(name);
      const from = Date.now();
      system.kill(name, 'SIGKILL');
      await eventually(`${name} is gone`, () => system.pid(name) !== pid);
      kills.push({ what: name, from, to: Date.now() });
      await back;
    },
    stopServices: system.stop,
  };
}
