import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Memory of one process in MB: its own, and its share of what it has in common with others (proportional set size). */
export type ProcessMemory = { readonly pid: number; readonly name: string; readonly mb: number };

/** Where a process is told by the module that it runs. */
const MODULES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/build\/customer\/main\.js/, 'customer'],
  [/build\/backoffice\/main\.js/, 'backoffice'],
  [/build\/projections\/main\.js/, 'projections'],
  [/build\/ops\/console\/main\.js/, 'console'],
  [/nodes-child\.js.*"eventstore"/, 'eventstore'],
  [/nodes-child\.js/, 'nodes'],
  [/build\/ops\/start\.js/, 'launcher'],
];

/**
 * Memory of a process and of all that it has started, of Linux's `/proc` (`smaps_rollup`, see proc(5)). What is neither a
 * service, a node nor the launcher is summed up as `npm`: npm itself and its shells.
 *
 * @throws Error where the system has no `/proc`.
 */
export async function memoryOfTree(root: number): Promise<readonly ProcessMemory[]> {
  const measured = await Promise.all([...(await treeOf(root))].map(memoryOf));
  const found = measured.filter((process) => process !== undefined);
  const others = found.filter(({ name }) => name === 'npm');
  const npm = { pid: root, name: 'npm', mb: others.reduce((sum, { mb }) => sum + mb, 0) };
  return [...found.filter(({ name }) => name !== 'npm'), npm];
}

async function treeOf(root: number): Promise<ReadonlySet<number>> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readProc(Number(entry), 'stat');
    // The second field is the program's name in brackets, which may hold anything.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const tree = new Set([root]);
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.add(child);
  }
  return tree;
}

async function memoryOf(pid: number): Promise<ProcessMemory | undefined> {
  const [command, rollup] = await Promise.all([readProc(pid, 'cmdline'), readProc(pid, 'smaps_rollup')]);
  const kilobytes = /^Pss: +(\d+) kB$/m.exec(rollup ?? '')?.[1];
  // A process that ended meanwhile has no memory.
  if (command === undefined || kilobytes === undefined) return undefined;
  const [program = '', ...args] = command.split('\0');
  // The shell between npm and the launcher names the same module.
  const module = program.endsWith('node') ? args.join(' ') : '';
  const name = MODULES.find(([pattern]) => pattern.test(module))?.[1] ?? 'npm';
  return { pid, name, mb: Number(kilobytes) / 1024 };
}

async function readProc(pid: number, file: string): Promise<string | undefined> {
  return readFile(join('/proc', String(pid), file), 'utf8').catch(() => undefined);
}
