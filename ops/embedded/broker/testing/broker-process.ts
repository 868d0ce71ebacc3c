import { type NodeProcess, startNodeProcess } from '../../shared/testing/node-process.ts';

/** A broker in a process of its own, so that it can be killed and its memory measured. */
export type BrokerProcess = NodeProcess & { readonly url: string };

/** @param port any free one, unless told otherwise. */
export async function startBrokerProcess(dataDir: string, port = 0): Promise<BrokerProcess> {
  const options = { dataDir, port, pagePort: 0 };
  const node = await startNodeProcess(new URL('../node.js', import.meta.url), 'startBrokerNode', options);
  return { ...node, url: `amqp://guest:guest@127.0.0.1:${node.ports.broker}` };
}
