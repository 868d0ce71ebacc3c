// The part of an erasure that every service does which has a queue: what came on it and could not be read.
import type { ServiceName } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { ErasureLog } from './erasure-log.ts';
import { aboutCustomer } from './needles.ts';
import { sweepDeadQueue } from './sweep-dead-queue.ts';
import { findUnreadable } from './sweep-unreadable.ts';

/**
 * Deletes what a service could not read and that is about the customer: the records in the store by their keys, the messages
 * themselves off the dead queue. Everything else between the services is encrypted.
 */
export async function eraseMessages(
  store: EventStore,
  amqpUrl: string,
  service: Exclude<ServiceName, 'projections'>,
  log: ErasureLog,
): Promise<void> {
  const state = await log.known();
  const step = `${service}-messages` as const;
  if (state.steps.has(step)) return;
  const isAbout = aboutCustomer(state);
  const dead = await sweepDeadQueue(amqpUrl, service, isAbout);
  const recorded = new Set([...dead, ...(await findUnreadable(store, service, isAbout))]);
  await log.erase([...recorded].map((subject) => ({ subject, issueId: null })));
  await log.give({ type: 'FinishStep', step, count: recorded.size, outOfReach: false });
}
