// What the groups and the queues still have: failed messages that wait, blocked streams, deliveries that are not settled.
import { connect } from 'amqplib';
import { ALL_GROUPS, deadQueueOf, queueOf } from '../../../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../../../shared-contracts/runtime/event-store/event-store.ts';
import { foldLedger, isSettled } from '../../testing/folded-ledger.ts';

export type GroupAccount = {
  readonly parked: readonly string[];
  readonly blocked: readonly string[];
  readonly unsettled: readonly string[];
};

export async function findOpen(store: EventStore): Promise<GroupAccount> {
  const parked: string[] = [];
  const blocked: string[] = [];
  const unsettled: string[] = [];
  // A group that no service runs has nothing to settle.
  const run = new Set(
    (await store.client.listPersistentSubscriptionsToAll()).map(({ groupName }) => groupName),
  );
  for (const declaration of ALL_GROUPS.filter(({ name }) => run.has(name))) {
    const { messages, blockers } = await foldLedger(store, { declaration });
    const waiting = messages.filter(({ state }) => state === 'waiting' || state === 'replaying');
    parked.push(
      ...waiting.map(({ origin: { type, stream } }) => `${declaration.name}: ${type} of ${stream}`),
    );
    blocked.push(...[...blockers.keys()].map((stream) => `${declaration.name}: ${stream}`));
    if (!(await isSettled(store, { declaration }))) unsettled.push(declaration.name);
  }
  return { parked: parked.toSorted(), blocked: blocked.toSorted(), unsettled };
}

/** How many messages wait in the queues of the services: to be taken in, and as unreadable. */
export async function findQueued(amqp: string): Promise<Readonly<Record<string, number>>> {
  const connection = await connect(amqp);
  // A broker that goes away is found out by the next request.
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createChannel();
    const queues = (['backoffice', 'customer'] as const).flatMap((to) => [queueOf(to), deadQueueOf(to)]);
    const counts: [string, number][] = [];
    for (const queue of queues) counts.push([queue, (await channel.checkQueue(queue)).messageCount]);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  } finally {
    await connection.close();
  }
}
