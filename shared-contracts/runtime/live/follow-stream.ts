import { setTimeout as pause } from 'node:timers/promises';
import { type EventStoreDBClient, type RecordedEvent, START } from '@eventstore/db-client';

const RECONNECT_MS = 500;

export type Following = {
  /** Leaves, and waits for the event that is being taken. */
  close(): Promise<void>;
};

/**
 * Hands on every event of one stream, in its order, and what is appended to it from then on; whatever ends the subscription,
 * it is followed again. Some events are handed on twice.
 *
 * @param from asked each time: the revision to begin at, or before; below 0 the first.
 * @param onEnd told why a subscription ended that was not left.
 */
export function followStream(
  client: Pick<EventStoreDBClient, 'subscribeToStream'>,
  stream: string,
  from: () => number,
  take: (recorded: RecordedEvent) => Promise<void>,
  onEnd: (error: unknown) => void = () => undefined,
): Following {
  const stop = new AbortController();
  let leave: (() => Promise<void>) | undefined;

  const once = async () => {
    const revision = from();
    const subscription = client.subscribeToStream(stream, {
      fromRevision: revision < 0 ? START : BigInt(revision),
    });
    leave = async () => {
      await subscription.unsubscribe().catch(() => undefined);
      subscription.destroy();
    };
    // The client may report the end of the call once more after the loop has left.
    subscription.on('error', () => undefined);
    try {
      for await (const { event } of subscription) if (event !== undefined) await take(event);
    } catch (error) {
      if (!stop.signal.aborted) onEnd(error);
    } finally {
      await leave();
    }
  };

  const run = async () => {
    while (!stop.signal.aborted) {
      await once();
      await pause(RECONNECT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    close: async () => {
      stop.abort();
      await leave?.();
      await running;
    },
  };
}
