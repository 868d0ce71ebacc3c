// Watches from outside what a consumer does with the store, so that a process can die at one certain moment of it.
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { changedClient } from './changed-client.ts';

/** Is told of every moment: `before` or `after` a step, such as `after MessageParked` or `before ack`. */
export type At = (moment: string) => void;

export async function around<Result>(at: At, step: string, work: () => Promise<Result>): Promise<Result> {
  at(`before ${step}`);
  const result = await work();
  at(`after ${step}`);
  return result;
}

/** For moments at which a consumer cannot be made to fail any more; its process can still be killed. */
function tell(at: At, moment: string): void {
  try {
    at(moment);
  } catch {
    // What it does next fails.
  }
}

/**
 * The store for a consumer. Steps: `ack` and `nack` of deliveries; `park-by-hand`; `read-ledger` (not the reads with which
 * it starts); and for each append to the ledger the type of its first event.
 */
export function watchedStore(store: EventStore, at: At): EventStore {
  const { client } = store;
  let hasAcked = false;

  const appendToStream: EventStoreDBClient['appendToStream'] = (stream, events, options) => {
    const append = () => client.appendToStream(stream, events, options);
    return stream.endsWith('-parked') ? around(at, 'park-by-hand', append) : append();
  };
  const readStream: EventStoreDBClient['readStream'] = (stream, options) => {
    const isLedger = stream.startsWith('failures-') && hasAcked;
    if (isLedger) at('before read-ledger');
    const read = client.readStream(stream, options);
    if (isLedger) read.once('end', () => tell(at, 'after read-ledger'));
    // The client's overloads know the events of the caller only.
    return read as ReturnType<typeof readStream>;
  };
  const subscribe: EventStoreDBClient['subscribeToPersistentSubscriptionToAll'] = (...args) => {
    const subscription = client.subscribeToPersistentSubscriptionToAll(...args);
    const { ack, nack } = subscription;
    subscription.ack = async (...messages) => {
      await around(at, 'ack', () => ack.call(subscription, ...messages));
      hasAcked = true;
    };
    subscription.nack = (...nacked) => around(at, 'nack', () => nack.call(subscription, ...nacked));
    return subscription;
  };

  const changed = { appendToStream, readStream, subscribeToPersistentSubscriptionToAll: subscribe };
  return {
    ...store,
    client: changedClient(client, changed),
    collect: (stream, events) =>
      around(at, events[0]?.event.type ?? 'nothing', () => store.collect(stream, events)),
  };
}
