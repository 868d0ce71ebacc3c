// Asks the nodes of an event store for the space of what was deleted, and waits until they have given it back.
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { askServer } from '../ask-server.ts';
import { recordedEvents } from './recorded-events.ts';
import { storeNodes } from './store-nodes.ts';

/** `not-allowed`: the user of this service may not; an operator has to. */
export type Scavenged = 'done' | 'not-allowed';

const ASK_EVERY_MS = 1000;

/**
 * Scavenges every node that the address of the store names, since each node only does so for itself.
 *
 * @throws when a node cannot be reached, or `stop` aborts.
 */
export async function scavenge(
  client: EventStoreDBClient,
  url: string,
  stop: AbortSignal,
): Promise<Scavenged> {
  for (const node of storeNodes(url)) {
    const { status, text } = await askServer(node, { method: 'POST', path: '/admin/scavenge' });
    if (status === 401 || status === 403) return 'not-allowed';
    const answer: { scavengeId?: unknown; removedEvents?: unknown } = status === 200 ? JSON.parse(text) : {};
    if (typeof answer.scavengeId !== 'string')
      throw new Error(`${node.url.host} refuses to scavenge: ${status}.`);
    // The embedded node answers when it is done, and says what that came to.
    if (answer.removedEvents === undefined) await waitFor(client, answer.scavengeId, stop);
  }
  return 'done';
}

/** A server says in a stream of its own how each scavenge has ended. */
async function waitFor(client: EventStoreDBClient, scavengeId: string, stop: AbortSignal): Promise<void> {
  for (;;) {
    for await (const { type } of recordedEvents(client, `$scavenges-${scavengeId}`))
      if (type === '$scavengeCompleted') return;
    await pause(ASK_EVERY_MS, undefined, { signal: stop });
  }
}
