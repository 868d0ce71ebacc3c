// An event store node in a process of its own, so that a test can kill it: folder and port are its arguments.
import { startEventStoreNode } from '../../embedded/eventstore/node.ts';

const [dataDir = '', port = '0'] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
const node = await startEventStoreNode({ dataDir, port: Number(port) });
process.send?.(node.ports.eventstore);
