import { join } from 'node:path';
import { openDataFolder } from '../shared/data-folder.ts';
import type { RunningNode } from '../shared/running-node.ts';
import { Broker } from './broker.ts';
import { listen } from './connection/listener.ts';

const FORMAT_VERSION = 1;

export type BrokerNodeOptions = {
  /** Folder of the node's own data; made where it is missing. */
  readonly dataDir: string;
  /** AMQP port; 0 for any free one. */
  readonly port: number;
  /** Port of the page; 0 for any free one. */
  readonly pagePort: number;
  /** Address to listen on, 127.0.0.1 unless told otherwise. */
  readonly host?: string;
};

/** Starts the embedded broker: AMQP 0-9-1 on `port`, and a page to look into it on `pagePort`. */
export async function startBrokerNode(
  options: BrokerNodeOptions,
): Promise<RunningNode<'broker' | 'brokerPage'>> {
  const host = options.host ?? '127.0.0.1';
  await openDataFolder(options.dataDir, 'broker', FORMAT_VERSION);
  const broker = await Broker.open(join(options.dataDir, 'broker.mdb'), Date.now, (error) => {
    // Confirms that wait for the disk never come: better to end than to seem alive.
    throw new Error('The broker cannot write to its disk and stops.', { cause: error });
  });
  const listener = await listen(broker, host, options.port);
  return {
    ports: { broker: listener.port, brokerPage: 0 },
    async close() {
      await listener.close();
      await broker.close();
    },
  };
}
