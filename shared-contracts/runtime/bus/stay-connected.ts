import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { takeAuthority } from '../server-url.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connectBroker } from './connect-broker.ts';

/** Something that lives on one connection: told when the connection has ended, and rejecting ends the connection. */
export type ConnectionUser = (connection: ChannelModel, ended: AbortSignal) => Promise<void>;

export type StayingConnected = {
  connected(): boolean;
  /**
   * Connects no more, and ends the connection there is, in an orderly way if the broker still answers.
   *
   * @param before what is to be done on it first.
   */
  close(before?: () => Promise<void>): Promise<void>;
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** Milliseconds within which a connection ends soon. */
const SOON_MS = 1000;
/** Milliseconds until the broker must have answered a new connection. */
const CONNECT_LIMIT_MS = 5000;
/** Seconds between signs of life; a connection that misses two of them is taken for dead. */
const HEARTBEAT_S = 5;
/** Milliseconds that a broker has to answer a goodbye. */
const GOODBYE_MS = 2000;

/**
 * Holds a connection to the broker for as long as the service lives. On each new connection `use` sets up its channels;
 * a connection that ends, or that cannot be set up, is replaced after a pause that grows.
 */
export function stayConnected(
  url: string,
  name: string,
  logger: Logger,
  use: ConnectionUser,
): StayingConnected {
  const { url: address, ca } = takeAuthority(url);
  const server = { url: withHeartbeat(address), ...(ca === undefined ? {} : { ca }) };
  const stop = new AbortController();
  let connected = false;
  let connection: ChannelModel | undefined;

  const once = async () => {
    const opened = await connectBroker(server, {
      timeout: CONNECT_LIMIT_MS,
      clientProperties: { connection_name: name },
      keepAlive: true,
      noDelay: true,
    });
    connection = opened;
    const ended = new AbortController();
    const end = new Promise<void>((resolve) => {
      opened.once('close', () => {
        ended.abort();
        resolve();
      });
    });
    // An error is always followed by a close; without a listener it would end the process.
    opened.on('error', (error) =>
      logger.warn({ broker: name, error: error.message }, 'the broker reported an error'),
    );
    try {
      await use(opened, ended.signal);
      connected = true;
      if (stop.signal.aborted) await goodbye(opened);
      await end;
    } catch (error) {
      await goodbye(opened);
      throw error;
    } finally {
      connected = false;
      ended.abort();
    }
  };

  const run = async () => {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        const since = performance.now();
        await once();
        // One that ends soon, each time, has a reason: its user found that something else it needs is down.
        failures = performance.now() - since < SOON_MS ? failures + 1 : 0;
        if (!stop.signal.aborted)
          logger.warn({ broker: name }, 'the connection to the broker ended; connecting again');
      } catch (error) {
        failures += 1;
        const message = error instanceof Error ? error.message : String(error);
        if (!stop.signal.aborted)
          logger.warn({ broker: name, error: message }, 'no connection to the broker');
      }
      const delay = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      await pause(delay, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    connected: () => connected,
    close: async (before) => {
      stop.abort();
      await before?.();
      if (connection !== undefined) await goodbye(connection);
      // A connection that does not answer is left to its heartbeat.
      await Promise.race([running, pause(GOODBYE_MS, undefined, { ref: false })]);
    },
  };
}

/** Ends a connection or a channel. It resolves also where the broker does not answer, or the connection is gone before. */
export async function goodbye(ending: { close(): Promise<void> }): Promise<void> {
  const closed = ending.close().catch(() => undefined);
  await Promise.race([closed, pause(GOODBYE_MS, undefined, { ref: false })]);
}

/** The signs of life are the broker's to suggest, and RabbitMQ's minute is long for who waits for a confirm. */
function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return address.href;
}
