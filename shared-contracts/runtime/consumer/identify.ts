import type { RecordedEvent } from '@eventstore/db-client';
import { StreamNotFoundError } from '@eventstore/db-client';
import type { EventStore } from '../event-store/event-store.ts';
import { PermanentFailure } from './errors.ts';

/** A delivery as the store hands it over: an event, and for the store's own replays the parked link it came by. */
export type Received = { readonly event?: RecordedEvent; readonly link?: RecordedEvent };

/** What a delivery is about. */
export type Identified = {
  readonly original: RecordedEvent;
  readonly kind: 'live' | 'replay';
  readonly attemptId: string;
  readonly attempt: number;
};

const LINK = '$>';
const MOST_HOPS = 20;

/** The event or link that was delivered itself, and that the store settles. */
export function deliveredOf(received: Received): RecordedEvent {
  const delivered = received.link ?? received.event;
  if (delivered === undefined) throw new Error('The store delivered neither an event nor a link.');
  return delivered;
}

/** The stream whose order a delivery belongs to: for a link, the stream that it points into. */
export function orderKeyOf(received: Received): string {
  const delivered = deliveredOf(received);
  return delivered.type === LINK ? targetOf(delivered).stream : delivered.streamId;
}

/**
 * Finds the event that a delivery is about. A replay is a link, a message parked during a replay is a link to that
 * link, and so on: links are followed to the event that they lead to.
 *
 * @throws PermanentFailure `origin-gone` when the event was deleted or truncated.
 */
export async function identify(store: EventStore, received: Received): Promise<Identified> {
  const delivered = deliveredOf(received);
  if (delivered.type !== LINK) {
    return { original: delivered, kind: 'live', attemptId: delivered.id, attempt: 1 };
  }
  const resolved = received.link === undefined ? undefined : received.event;
  let current = resolved ?? (await readTarget(store, delivered));
  for (let hops = 0; current.type === LINK; hops += 1) {
    if (hops === MOST_HOPS)
      throw new PermanentFailure('origin-gone', 'The links of this replay lead nowhere.');
    current = await readTarget(store, current);
  }
  return { original: current, kind: 'replay', attemptId: delivered.id, attempt: attemptOf(delivered) };
}

/** Splits the data of a link, `revision@stream`. */
export function targetOf(link: RecordedEvent): { stream: string; revision: bigint } {
  const text = link.data instanceof Uint8Array ? Buffer.from(link.data).toString('utf8') : String(link.data);
  const at = text.indexOf('@');
  const revision = text.slice(0, at);
  if (at < 1 || !/^\d+$/.test(revision)) {
    throw new PermanentFailure('bad-link', `A link of ${link.streamId} does not say where it leads.`);
  }
  return { stream: text.slice(at + 1), revision: BigInt(revision) };
}

async function readTarget(store: EventStore, link: RecordedEvent): Promise<RecordedEvent> {
  const { stream, revision } = targetOf(link);
  try {
    for await (const { event } of store.client.readStream(stream, { fromRevision: revision, maxCount: 1 })) {
      if (event !== undefined && event.revision === revision) return event;
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  throw new PermanentFailure('origin-gone', `Event ${revision} of ${stream} no longer exists.`);
}

function attemptOf(link: RecordedEvent): number {
  const metadata: unknown = link.metadata;
  if (typeof metadata === 'object' && metadata !== null && 'attempt' in metadata) {
    const { attempt } = metadata;
    if (typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 1) return attempt;
  }
  return 2;
}
