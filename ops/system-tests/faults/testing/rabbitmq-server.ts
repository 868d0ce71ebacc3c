// A real RabbitMQ (Debian's package) of the test's own, which it may kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { eventually } from '../../testing/eventually.ts';
import { type KillableNode, killed } from './killable-node.ts';

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const EPMD = '/usr/bin/epmd';
const START_LIMIT_MS = 60_000;

export const hasRabbitmq = () => existsSync(SERVER) && existsSync(EPMD);

export type RabbitmqServer = KillableNode & { readonly url: string };

/**
 * Starts it on free ports of this machine alone, with its data in a folder of its own; it ends with the test.
 *
 * @param config what stands in its configuration file
 * @param plugins that are switched on
 */
export async function startRabbitmq(
  t: { teardown(undo: () => Promise<void>): void },
  config = '',
  plugins: readonly string[] = [],
): Promise<RabbitmqServer> {
  if (!hasRabbitmq())
    throw new Error("DESKSTREAM_TEST_REQUIRE is set, so Debian's rabbitmq-server must be installed.");
  const dir = await mkdtemp(join(tmpdir(), 'deskstream-rabbitmq-'));
  const [port = 0, distPort = 0, epmdPort = 0] = await freePorts(3);
  await writeFile(join(dir, 'enabled_plugins'), `[${plugins.join(',')}].`);
  await writeFile(join(dir, 'rabbitmq.conf'), config);
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `faults${process.pid}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: join(dir, 'none'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(dir, 'rabbitmq.pid'),
  };
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  // Without one that runs already, the server would start a daemon that outlives it.
  const epmd = spawn(EPMD, [], { env, stdio: 'ignore' });
  let server: ChildProcess | undefined;

  const start = async () => {
    // A process group of its own: the script that is started is not the server.
    const child = spawn(SERVER, [], { env, stdio: 'ignore', detached: true });
    server = child;
    const answers = async () => {
      if (child.exitCode !== null) throw new Error(`RabbitMQ ended with exit code ${child.exitCode}.`);
      const connection = await connect(url);
      await connection.close();
      return true;
    };
    await eventually('RabbitMQ answers', answers, START_LIMIT_MS);
  };
  const kill = async () => {
    const child = server;
    if (child === undefined) throw new Error('RabbitMQ was not started.');
    const isGone = () => child.exitCode !== null || child.signalCode !== null;
    return killed('rabbitmq', {
      kill: (signal) => void (child.pid !== undefined && !isGone() && process.kill(-child.pid, signal)),
      ended: isGone() ? Promise.resolve() : once(child, 'exit'),
    });
  };

  // Also when the test itself is ended: nobody else knows of these processes.
  const killAll = () => {
    if (server?.pid !== undefined && server.exitCode === null && server.signalCode === null)
      process.kill(-server.pid, 'SIGKILL');
    epmd.kill('SIGKILL');
  };
  process.once('exit', killAll);
  t.teardown(async () => {
    await kill();
    killAll();
    process.off('exit', killAll);
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });
  await start();
  return { url, kill, start };
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
