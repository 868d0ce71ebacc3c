import { startMongodbNode } from './node.ts';

/**
 * Entry file of a node in a process of its own, for benches and for tests that kill it: `run-alone DATA_DIR [PORT]`.
 * It tells its parent process the port.
 */
const [dataDir, port] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('Say which folder keeps the data: run-alone DATA_DIR [PORT]');
const node = await startMongodbNode({ dataDir, port: Number(port ?? 0) });
process.once('SIGTERM', () => {
  void node.close().then(() => process.exit(0));
});
process.once('disconnect', () => process.exit(0));
process.send?.(node.ports);
