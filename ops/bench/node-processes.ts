// The nodes that benchmarks measure or work on, each in a process of its own.
import { type NodeProcess, startNodeProcess } from '../embedded/shared/testing/node-process.ts';

/** A node, and where clients find it. */
export type BenchNode = NodeProcess & { readonly url: string };

export async function startStoreProcess(dataDir: string): Promise<BenchNode> {
  const module = new URL('../embedded/eventstore/node.js', import.meta.url);
  const node = await startNodeProcess(module, 'startEventStoreNode', { dataDir, port: 0 });
  return { ...node, url: `esdb://127.0.0.1:${node.ports.eventstore}?tls=false` };
}

export async function startMongoProcess(dataDir: string): Promise<BenchNode> {
  const module = new URL('../embedded/mongodb/node.js', import.meta.url);
  const node = await startNodeProcess(module, 'startMongodbNode', { dataDir, port: 0 });
  return { ...node, url: `mongodb://127.0.0.1:${node.ports.mongodb}` };
}

export async function startTracesProcess(dataDir: string): Promise<BenchNode> {
  const module = new URL('../embedded/traces/node.js', import.meta.url);
  const node = await startNodeProcess(module, 'startTracesNode', { dataDir, port: 0, pagePort: 0 });
  return { ...node, url: `http://127.0.0.1:${node.ports.otlp}` };
}
