import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { hostSettings, neededNodes, type SystemUrls, systemUrls, wantedPorts } from '../../start/plan.ts';
import { settlePorts } from '../../start/ports.ts';
import { ANY_PORTS, PORT_SETTINGS, type PortName } from '../../start/settings.ts';

/** What ran when `npm start` had said that it is ready. */
export type StartedByNpm = {
  readonly pid: number;
  readonly seconds: number;
  readonly urls: SystemUrls;
  stop(): Promise<void>;
};

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const LAST_LINES = 20;

/** Runs `npm start` as a user does, with data of its own, on free ports; measured from the call to the line that says ready. */
export async function startByNpm(dataDir: string): Promise<StartedByNpm> {
  const { PATH, HOME } = process.env;
  const nodes = neededNodes({});
  const hosts = hostSettings({});
  const ports = await settlePorts(ANY_PORTS, wantedPorts(nodes, hosts));
  // Every name of `ports` is one of `PORT_SETTINGS`.
  const names = Object.keys(PORT_SETTINGS) as PortName[];
  const settings = Object.fromEntries(
    names.map((name) => [PORT_SETTINGS[name].setting, String(ports[name])]),
  );
  const begun = performance.now();
  const npm = spawn('npm', ['start', '--', '--no-demo'], {
    cwd: ROOT,
    env: { PATH, HOME, DESKSTREAM_DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(npm, 'close');
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    npm.once('error', reject);
    npm.once('close', () =>
      reject(new Error(`npm start ended by itself. Its last lines:\n${lines.join('')}`)),
    );
    npm.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      lines.push(stripVTControlCharacters(chunk));
      if (lines.length > LAST_LINES) lines.shift();
      if (lines.join('').includes('Deskstream is ready')) resolve();
    });
  });
  const pid = npm.pid ?? 0;
  return {
    pid,
    seconds: (performance.now() - begun) / 1000,
    urls: systemUrls({}, nodes, hosts, ports),
    stop: async () => {
      // As Ctrl-C does: the terminal signals the whole group.
      process.kill(-pid, 'SIGINT');
      await ended;
    },
  };
}
