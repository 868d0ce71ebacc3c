import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { createCodec } from '../../shared-contracts/runtime/event-store/codec.ts';
import {
  connectClient,
  createEventStore,
  type EventStore,
} from '../../shared-contracts/runtime/event-store/event-store.ts';
import { createSubjectKeys } from '../../shared-contracts/runtime/event-store/stored-keys.ts';
import { startStoreProcess } from './node-processes.ts';

/** A store of its own, as a service has it: the node in another process, an empty folder, personal fields encrypted. */
export type BenchStore = {
  readonly store: EventStore;
  /** Ends the node and deletes what it kept. */
  close(): Promise<void>;
};

export async function openBenchStore(name: string): Promise<BenchStore> {
  const dir = await mkdtemp(join(tmpdir(), `${name}-bench-`));
  const node = await startStoreProcess(dir);
  const client = connectClient(node.url, 'bench');
  const keys = createSubjectKeys(client, new Uint8Array(randomBytes(32)));
  const store = createEventStore(client, createCodec(CATALOGUE, keys));
  return {
    store,
    close: async () => {
      await store.close();
      await node.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
