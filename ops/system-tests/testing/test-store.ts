import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { startEventStoreNode } from '../../embedded/eventstore/node.ts';
import { type NodeProcess, startNodeProcess } from '../../embedded/shared/testing/node-process.ts';
import { connectTestStore } from './connect-test-store.ts';

/** What a test needs of tap: something to do when the test is over. */
export type Teardown = { teardown(undo: () => Promise<void>): void };

/** An embedded event store in this process, and the real client connected to it; both end with the test. */
export async function openTestStore(t: Teardown): Promise<EventStore> {
  const { stores } = await openTestNode(t);
  return stores[0];
}

/** The same with two clients, so that a test can cut one of them off. */
export async function openTwoConnections(t: Teardown): Promise<readonly [EventStore, EventStore]> {
  return (await openTestNode(t)).stores;
}

/** The same, with the address at which other processes find the store. */
export async function openTestNode(
  t: Teardown,
): Promise<{ readonly stores: readonly [EventStore, EventStore]; readonly url: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-store-'));
  const node = await startEventStoreNode({ dataDir, port: 0 });
  const stores = [connect(node.ports.eventstore), connect(node.ports.eventstore)] as const;
  t.teardown(async () => {
    for (const store of stores) await store.close();
    await node.close();
    await rm(dataDir, { recursive: true });
  });
  return { stores, url: urlOf(node.ports.eventstore) };
}

export type KillableStore = {
  readonly store: EventStore;
  readonly url: string;
  /** Ends the node as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on its data and its port. */
  start(): Promise<void>;
};

/** An embedded event store in a process of its own. */
export async function openKillableStore(t: Teardown): Promise<KillableStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-store-'));
  const module = new URL('../../embedded/eventstore/node.js', import.meta.url);
  let node: NodeProcess;
  let port = 0;
  const start = async () => {
    node = await startNodeProcess(module, 'startEventStoreNode', { dataDir, port });
    port = node.ports.eventstore ?? 0;
  };
  const kill = () => node.kill();
  await start();
  const store = connect(port);
  t.teardown(async () => {
    await store.close();
    await kill();
    await rm(dataDir, { recursive: true });
  });
  return { store, url: urlOf(port), kill, start };
}

function connect(port: number): EventStore {
  return connectTestStore(urlOf(port));
}

function urlOf(port: number): string {
  return `esdb://127.0.0.1:${port}?tls=false`;
}
