import { openDataFolder } from '../shared/data-folder.ts';
import { portOf } from '../shared/port-of.ts';
import type { RunningNode } from '../shared/running-node.ts';
import { Broker } from './broker.ts';
import { listen } from './connection/listener.ts';
import { createBrokerSite } from './page/site.ts';
import { holdAlone } from './store/single-use.ts';

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
  const listener = await listen(host, options.port);
  let broker: Broker | undefined;
  let letGo: (() => Promise<void>) | undefined;
  try {
    await openDataFolder(options.dataDir, 'broker', FORMAT_VERSION);
    const release = await holdAlone(options.dataDir);
    letGo = release;
    const opened = await Broker.open(options.dataDir, Date.now, (error) => {
      // What could not be written is never confirmed, and a client that waits for it would wait for ever.
      console.error('The broker cannot write to its disk and ends its connections.', error);
      void listener.close();
    });
    broker = opened;
    const site = await createBrokerSite(opened, listener.connections);
    await site.listen({ host, port: options.pagePort });
    listener.serve(opened);
    return {
      ports: { broker: listener.port, brokerPage: portOf(site.server.address()) },
      async close() {
        await site.close();
        await listener.close();
        await opened.close();
        await release();
      },
    };
  } catch (error) {
    await listener.close();
    await broker?.close();
    await letGo?.();
    throw error;
  }
}
