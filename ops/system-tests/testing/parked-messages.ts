import { binaryEvent, StreamNotFoundError } from '@eventstore/db-client';
import type { FailedOrigin } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { eventually } from './eventually.ts';

/** What a mail server says of an address; it is no use to try again. */
export const refused = () => new PermanentFailure('mail-refused', 'The mail server refused kim@example.org.');

/** A handler that fails this many times, then works, and remembers every envelope. */
export function failing(times: number, error: () => Error = refused) {
  const envelopes: Envelope[] = [];
  return {
    envelopes,
    handle: async (envelope: Envelope) => {
      envelopes.push(envelope);
      if (envelopes.length <= times) throw error();
    },
  };
}

/** What an operator asks for: a link to the event in the stream that the group hears too. */
export async function replay(
  store: EventStore,
  { declaration: { name } }: SubscriptionGroup,
  data: string,
  metadata: Readonly<Record<string, unknown>>,
): Promise<string> {
  const link = binaryEvent({ type: '$>', data: Buffer.from(data), metadata });
  await store.client.appendToStream(streamOf.replay(name), [link]);
  return link.id;
}

/** The ledger of the group once it has this many entries: type, message and attempt of each. */
export function ledger(store: EventStore, { declaration: { name } }: SubscriptionGroup, length: number) {
  return eventually(`the ledger has ${length} entries`, async () => {
    const entries: { type: string; data: Readonly<Record<string, unknown>> }[] = [];
    for await (const { event } of store.read(streamOf.failures(name))) entries.push(event);
    return entries.length >= length && entries;
  });
}

/** The parked stream of the group once it has this many links: where each leads, and why. */
export function parked(store: EventStore, { declaration: { name } }: SubscriptionGroup, length: number) {
  return eventually(`${length} messages are parked`, async () => {
    const links: { data: string; reason: unknown }[] = [];
    try {
      for await (const { event } of store.client.readStream(streamOf.parked(name))) {
        if (event === undefined || !(event.data instanceof Uint8Array)) continue;
        links.push({ data: Buffer.from(event.data).toString(), reason: reasonIn(event.metadata) });
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return links.length >= length && links;
  });
}

const PREFIX = "Client explicitly NAK'ed message.\n";

function reasonIn(metadata: unknown): unknown {
  if (typeof metadata !== 'object' || metadata === null || !('reason' in metadata)) return undefined;
  const { reason } = metadata;
  return typeof reason === 'string' && reason.startsWith(PREFIX)
    ? JSON.parse(reason.slice(PREFIX.length))
    : reason;
}

/** A message as the ledger names it. */
export async function originAt(store: EventStore, stream: string, revision: number): Promise<FailedOrigin> {
  for await (const { origin, event } of store.read(stream, { from: revision, limit: 1 })) {
    return { ...origin, type: event.type };
  }
  throw new Error(`${stream} has no revision ${revision}`);
}
