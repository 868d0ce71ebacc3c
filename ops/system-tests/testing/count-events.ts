import { type EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';

/** How many events stand in the streams with these prefixes. */
export async function countEvents(client: EventStoreDBClient, prefixes: readonly string[]): Promise<number> {
  let count = 0;
  const subscription = client.subscribeToAll({
    fromPosition: START,
    filter: streamNameFilter({ prefixes: [...prefixes] }),
  });
  const caughtUp = new Promise<void>((resolve, reject) => {
    subscription.once('caughtUp', resolve);
    subscription.once('error', reject);
  });
  subscription.on('data', () => {
    count += 1;
  });
  await caughtUp;
  subscription.on('error', () => undefined);
  await subscription.unsubscribe();
  return count;
}
