import { setTimeout as pause } from 'node:timers/promises';
import type {
  PersistentSubscriptionToAll,
  PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client';
import { ensureGroup } from './ensure-group.ts';
import { deliveredOf, orderKeyOf } from './identify.ts';
import { Lanes } from './lanes.ts';
import { type ProcessDeps, processMessage } from './process-message.ts';
import type { SubscriptionGroup } from './subscription-group.ts';

export type ConsumerState = {
  readonly group: string;
  readonly connected: boolean;
  readonly inFlight: number;
};

export type RunningConsumer = {
  state(): ConsumerState;
  /** Takes no more messages, finishes and settles what is in flight, and leaves the group. */
  close(): Promise<void>;
};

/** One connection to the group. Once it has ended, what still waits in its lanes must not run: its order is lost. */
type Session = { readonly subscription: PersistentSubscriptionToAll; confirmed: boolean; ended: boolean };

const LONGEST_PAUSE_MS = 5000;

/**
 * Runs one group for as long as the service lives: connects, and on every kind of end connects again. What was in
 * flight when a connection was lost is delivered again by the store.
 */
export function startConsumer(
  deps: Omit<ProcessDeps, 'stopping'>,
  group: SubscriptionGroup,
): RunningConsumer {
  const name = group.declaration.name;
  const stop = new AbortController();
  const lanes = new Lanes();
  let current: Session | undefined;

  const settle = async (session: Session, message: PersistentSubscriptionToAllResolvedEvent) => {
    if (session.ended || stop.signal.aborted) return;
    const settlement = await processMessage({ ...deps, stopping: stop.signal }, group, message);
    switch (settlement.kind) {
      case 'ack':
        return session.subscription.ack(message);
      case 'park':
        return session.subscription.nack('park', settlement.reason, message);
      case 'leave':
        return;
    }
  };

  const consume = async () => {
    await ensureGroup(deps.store.client, group);
    if (stop.signal.aborted) return;
    const subscription = deps.store.client.subscribeToPersistentSubscriptionToAll(name, {
      bufferSize: group.bufferSize,
    });
    const session: Session = { subscription, confirmed: false, ended: false };
    current = session;
    subscription.once('confirmation', () => {
      session.confirmed = true;
    });
    // The client may report the end of the call once more after the loop has left.
    subscription.on('error', () => undefined);
    try {
      for await (const message of subscription) {
        const key = group.order === 'by-stream' ? orderKeyOf(message) : deliveredOf(message).id;
        lanes
          .run(key, () => settle(session, message))
          .catch((error: unknown) => {
            session.ended = true;
            subscription.destroy(asError(error));
          });
      }
    } finally {
      session.ended = true;
      await subscription.unsubscribe().catch(() => undefined);
    }
  };

  const run = async () => {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        await consume();
      } catch (error) {
        if (stop.signal.aborted) break;
        failures = current?.confirmed ? 0 : failures + 1;
        deps.logger.warn(
          { group: name, error: asError(error).message },
          'a subscription ended; connecting again',
        );
      }
      await lanes.idle();
      const delay = Math.min(50 * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      await pause(delay, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const isConnected = () => current?.confirmed === true && !current.ended;

  const running = run();
  return {
    state: () => ({ group: name, connected: isConnected(), inFlight: lanes.size }),
    close: async () => {
      stop.abort();
      await lanes.idle();
      current?.subscription.destroy();
      await running;
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
