import { openDataFolder } from '../shared/data-folder.ts';
import { portOf } from '../shared/port-of.ts';
import { repeat } from '../shared/repeat.ts';
import { type RunningNode, startNode } from '../shared/running-node.ts';
import { Broker } from './broker.ts';
import { type Listener, listen } from './connection/listener.ts';
import { DiskAlarm, freeSpaceFor } from './disk-alarm.ts';
import { createBrokerSite } from './pages/site.ts';

/** Change it with the layout of the tables: an older node then refuses the data. */
const FORMAT_VERSION = 1;
const DISK_CHECK_MS = 5_000;

export type BrokerNodeOptions = {
  /** Folder of the node's own data; made where it is missing. */
  readonly dataDir: string;
  /** AMQP port; 0 for any free one. */
  readonly port: number;
  /** Port of the page; 0 for any free one. */
  readonly pagePort: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** Tells how many bytes are free for its data; the system is asked unless told otherwise. */
  readonly freeSpace?: () => Promise<number>;
  /** Milliseconds between two looks at that; five seconds unless told otherwise. */
  readonly diskCheckMs?: number;
};

/**
 * Starts the embedded broker: AMQP 0-9-1, and a page to look into it.
 *
 * @throws Error with a sentence for people when the folder or a port cannot be used
 */
export function startBrokerNode(options: BrokerNodeOptions): Promise<RunningNode<'broker' | 'brokerPage'>> {
  const { dataDir, host = '127.0.0.1' } = options;
  return startNode(async (onClose) => {
    onClose(await openDataFolder(dataDir, 'broker', FORMAT_VERSION));
    const diskAlarm = new DiskAlarm(options.freeSpace ?? (() => freeSpaceFor(dataDir)));
    await diskAlarm.check();
    let listener: Listener | undefined;
    const broker = await Broker.open(dataDir, diskAlarm, Date.now, (error) => {
      // What could not be written is never confirmed, and a client that waits for it would wait for ever.
      console.error('The broker cannot write to its disk and ends its connections.', error);
      void listener?.close();
    });
    onClose(() => broker.close());

    const listening = await listen(host, options.port, broker);
    listener = listening;
    onClose(listening.close);
    const checking = repeat(options.diskCheckMs ?? DISK_CHECK_MS, () => diskAlarm.check());
    onClose(checking.stop);

    const site = await createBrokerSite(broker, listening.connections);
    onClose(() => site.close());
    await site.listen({ host, port: options.pagePort });
    return { broker: listening.port, brokerPage: portOf(site.server.address()) };
  });
}
