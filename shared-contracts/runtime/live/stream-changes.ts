// Tells pages that are open when a stream goes on: one catch-up subscription for a whole service, whoever listens.
import { setTimeout as pause } from 'node:timers/promises';
import { END, type EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import type { Logger } from '../telemetry/logger.ts';

export type StreamChanges = {
  /** Calls back after each append to the stream; the answer ends that. Nothing is told of what was appended. */
  listen(stream: string, changed: () => void): () => void;
  /** Calls back after each append to any of the streams that are followed. */
  listenToAll(changed: () => void): () => void;
  close(): Promise<void>;
};

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/**
 * Follows streams by prefix, from now on. What is appended while the store cannot be reached is not told one by one:
 * once it can be reached again, every listener is called.
 */
export function followStreams(
  client: EventStoreDBClient,
  prefixes: readonly string[],
  logger: Logger,
): StreamChanges {
  const byStream = new Map<string, Set<() => void>>();
  const ofAny = new Set<() => void>();
  const stop = new AbortController();

  const tellAll = () => {
    for (const changed of ofAny) changed();
    for (const listeners of byStream.values()) for (const changed of listeners) changed();
  };

  const once = async () => {
    const subscription = client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [...prefixes] }),
    });
    const leave = () => void subscription.unsubscribe().catch(() => undefined);
    stop.signal.addEventListener('abort', leave, { once: true });
    subscription.once('confirmation', tellAll);
    try {
      for await (const { event } of subscription) {
        if (event === undefined) continue;
        for (const changed of ofAny) changed();
        for (const changed of byStream.get(event.streamId) ?? []) changed();
      }
    } finally {
      stop.signal.removeEventListener('abort', leave);
    }
  };

  const run = async () => {
    for (let failures = 0; !stop.signal.aborted; failures += 1) {
      const begun = performance.now();
      await once().catch((error: unknown) => {
        if (!stop.signal.aborted)
          logger.warn({ error: String(error) }, 'who follows streams is not told of changes; trying again');
      });
      if (performance.now() - begun > LONGEST_PAUSE_MS) failures = 0;
      const delay = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      await pause(delay, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    listen: (stream, changed) => {
      const listeners = byStream.get(stream) ?? new Set();
      byStream.set(stream, listeners.add(changed));
      return () => {
        listeners.delete(changed);
        if (listeners.size === 0) byStream.delete(stream);
      };
    },
    listenToAll: (changed) => {
      ofAny.add(changed);
      return () => ofAny.delete(changed);
    },
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
