import type { PersistentSubscriptionToAllInfo } from '@eventstore/db-client';

/** Whether nothing waits in a group, as the store knows without counting; where nobody is connected, it does not know. */
export function isIdle({ status, stats, connections }: PersistentSubscriptionToAllInfo): boolean {
  if (connections.length === 0) return false;
  const { outstandingMessagesCount, readBufferCount, retryBufferCount } = stats;
  return status.includes('Live') && outstandingMessagesCount + readBufferCount + retryBufferCount === 0;
}
