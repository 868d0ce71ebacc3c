import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY_PORTS, type Ports } from '../../start/settings.ts';
import { type RunningSystem, startSystem } from '../../start/system.ts';

/** For a machine that is busy with other work, too: a process that is not ready by then never will be. */
export const READY_LIMIT_MS = 240_000;

/** A whole system in a folder of its own, on free ports: really started processes. */
export type WholeSystem = {
  readonly system: RunningSystem;
  /** Where it keeps its data and its master key. */
  readonly dataDir: string;
  /** What its processes printed. */
  readonly lines: readonly string[];
  /** Stops it and starts it again on what it has kept. */
  restart(): Promise<WholeSystem>;
  /** Stops it and deletes what it has kept. */
  end(): Promise<void>;
};

export async function startWholeSystem(
  env: Readonly<Record<string, string>> = {},
  dataDir?: string,
  ports: Ports = ANY_PORTS,
): Promise<WholeSystem> {
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'deskstream-')));
  const lines: string[] = [];
  const inherited = { PATH: process.env.PATH, HOME: process.env.HOME };
  const system = await startSystem({
    dataDir: dir,
    env: { ...inherited, DESKSTREAM_LOG_LEVEL: 'warn', ...env },
    demo: true,
    ports,
    log: (line) => lines.push(line),
    limits: { ready: READY_LIMIT_MS },
  });
  return {
    system,
    dataDir: dir,
    lines,
    restart: async () => {
      await system.stop();
      return startWholeSystem(env, dir, ports);
    },
    end: async () => {
      await system.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
