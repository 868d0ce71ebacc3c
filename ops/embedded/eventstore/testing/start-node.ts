import { EventStoreDBClient } from '@eventstore/db-client';
import type { Test } from 'tap';
import { temporaryFolder } from '../../shared/testing/temporary-folder.ts';
import { startEventStoreNode } from '../node.ts';

export type TestNode = {
  readonly client: EventStoreDBClient;
  readonly port: number;
  readonly dataDir: string;
  /** Stops the node and starts it again on the same data; the old client is gone. */
  restart(): Promise<TestNode>;
};

/** A node with a client of its own, both gone when the test ends. */
export async function startTestNode(t: Test, givenDir?: string): Promise<TestNode> {
  const dataDir = givenDir ?? (await temporaryFolder(t));
  const node = await startEventStoreNode({ dataDir, port: 0 });
  const port = node.ports.eventstore;
  const client = connect(port);
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await client.dispose();
    await node.close();
  };
  t.teardown(stop);
  return {
    client,
    port,
    dataDir,
    restart: async () => {
      await stop();
      return startTestNode(t, dataDir);
    },
  };
}

export function connect(port: number, scheme = 'esdb'): EventStoreDBClient {
  return EventStoreDBClient.connectionString(`${scheme}://127.0.0.1:${port}?tls=false`);
}
