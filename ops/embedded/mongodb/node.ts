import { openDataFolder } from '../shared/data-folder.ts';
import { repeat } from '../shared/repeat.ts';
import { type RunningNode, startNode } from '../shared/running-node.ts';
import type { Node } from './commands/command.ts';
import { answer } from './commands/dispatch.ts';
import { Cursors } from './query/cursors.ts';
import { Catalog } from './storage/catalog.ts';
import { removeExpired } from './storage/expire.ts';
import { openStore } from './storage/store.ts';
import { sweep } from './storage/sweep.ts';
import { listen } from './wire/listener.ts';

/** Change it with the layout of the tables: an older node then refuses the data. */
const FORMAT_VERSION = 2;
const MINUTE_MS = 60_000;

export type MongodbNodeOptions = {
  /** Folder of the node's own data; made where it is missing. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** Milliseconds after which a cursor that nobody reads is closed; ten minutes unless told otherwise. */
  readonly cursorTimeoutMs?: number;
  /** Milliseconds between two looks for documents that a TTL index says are over; a minute unless told otherwise. */
  readonly ttlIntervalMs?: number;
  /** The time, in milliseconds since 1970. */
  readonly now?: () => number;
};

/**
 * Starts a server that answers the official driver as a standalone MongoDB would.
 *
 * @throws Error with a sentence for people when the folder or the port cannot be used
 */
export function startMongodbNode(options: MongodbNodeOptions): Promise<RunningNode<'mongodb'>> {
  const { dataDir, host = '127.0.0.1', cursorTimeoutMs = 10 * MINUTE_MS, now = Date.now } = options;
  return startNode(async (onClose) => {
    onClose(await openDataFolder(dataDir, 'mongodb', FORMAT_VERSION));
    const store = await openStore(dataDir);
    onClose(store.close);
    const catalog = new Catalog(store);
    const cursors = new Cursors(cursorTimeoutMs, now);

    let closing = false;
    const isClosing = () => closing;
    let sweeping = Promise.resolve();
    onClose(() => sweeping);
    const startSweep = (): Promise<void> => {
      sweeping = sweeping.then(() => sweep(store, catalog, isClosing)).catch(reportError);
      return sweeping;
    };

    let boundPort = options.port;
    const node: Node = {
      store,
      catalog,
      cursors,
      counters: { connections: 0, connectionsCreated: 0, operations: new Map() },
      now,
      startedAt: now(),
      port: () => boundPort,
      dataDir,
      sweep: startSweep,
    };
    const listener = await listen(host, options.port, node.counters, (connectionId, command) =>
      answer(node, connectionId, command),
    );
    onClose(listener.close);
    boundPort = listener.port;

    void startSweep();
    const expiry = repeat(Math.min(MINUTE_MS, cursorTimeoutMs / 2), () => cursors.expire());
    onClose(expiry.stop);
    const ttl = repeat(options.ttlIntervalMs ?? MINUTE_MS, () =>
      removeExpired(store, catalog, now(), isClosing).catch(reportError),
    );
    onClose(ttl.stop);
    onClose(async () => {
      closing = true;
    });
    return { mongodb: boundPort };
  });
}

function reportError(error: unknown): void {
  console.error('The embedded MongoDB node could not free space or remove what is over:', error);
}
