// The process that `startNodeProcess` starts: hosts one node and tells its parent the ports. Its arguments are the module of the
// node, the name of the function that starts it, and that function's options as JSON.
import type { RunningNode } from '../running-node.ts';

const [module = '', start = '', options = '{}'] = process.argv.slice(2);
const exported: Record<string, (options: unknown) => Promise<RunningNode>> = await import(module);
const node = await exported[start]?.(JSON.parse(options));
if (node === undefined) throw new Error(`${module} exports no "${start}".`);
process.once('SIGTERM', () => void node.close().then(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.(heapUsed + arrayBuffers);
});
process.send?.(node.ports);
