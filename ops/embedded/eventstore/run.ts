import { startEventStoreNode } from './node.ts';

/**
 * Runs the node in a process of its own, for benchmarks and for tests that kill it: `run.js DATA_DIR [PORT]`. Says on standard
 * output which port it has, as `listening on PORT`.
 */
const [dataDir, port = '0'] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('Usage: run.js DATA_DIR [PORT]');
const node = await startEventStoreNode({ dataDir, port: Number(port) });
process.once('SIGTERM', () => void node.close().then(() => process.exit(0)));
console.log(`listening on ${node.ports.eventstore}`);
