import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import type { Logger } from '../telemetry/logger.ts';

/** Something that lives on one connection: told when the connection has ended, and rejecting ends the connection. */
export type ConnectionUser = (connection: ChannelModel, ended: AbortSignal) => Promise<void>;

export type StayingConnected = {
  connected(): boolean;
  close(): Promise<void>;
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

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
  const stop = new AbortController();
  let connected = false;
  let connection: ChannelModel | undefined;

  const once = async () => {
    const opened = await connect(url, {
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
      if (stop.signal.aborted) await opened.close();
      await end;
    } catch (error) {
      await opened.close().catch(() => undefined);
      throw error;
    } finally {
      connected = false;
      ended.abort();
    }
  };

  const run = async () => {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        await once();
        failures = 0;
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
    close: async () => {
      stop.abort();
      await connection?.close().catch(() => undefined);
      await running;
    },
  };
}
