import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY_PORTS } from '../../start/settings.ts';
import { type RunningSystem, startSystem } from '../../start/system.ts';

/**
 * Runs work against the whole system in processes of its own, on embedded nodes with fresh data, and takes it all away again.
 *
 * @param settings of the services, beside what they need to run.
 */
export async function onOwnSystem<Result>(
  settings: Readonly<Record<string, string>>,
  work: (system: RunningSystem) => Promise<Result>,
): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flow-bench-'));
  const { PATH, HOME, NODE_OPTIONS } = process.env;
  const lines: string[] = [];
  const system = await startSystem({
    dataDir,
    env: { PATH, HOME, NODE_OPTIONS, ...settings },
    demo: false,
    ports: ANY_PORTS,
    log: (line) => {
      lines.push(line);
      if (lines.length > 20) lines.shift();
    },
  });
  try {
    return await work(system);
  } catch (error) {
    throw new Error(`The flow stopped. The last lines of the system:\n${lines.join('\n')}`, { cause: error });
  } finally {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
