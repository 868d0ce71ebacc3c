// Which event a delivery is about, and whether it is a replay: before anything is decided about it.
import type { RecordedEvent } from '@eventstore/db-client';
import { type FailedOrigin, isFailedOrigin } from '../../../messages/failure-events.ts';
import { MessageEdited } from '../../../messages/replay-events.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { LINK, linkTarget, MOST_HOPS } from '../../event-store/links.ts';
import { recordedAt } from '../../event-store/recorded-events.ts';
import { PermanentFailure } from '../errors.ts';

/** A delivery as the store hands it over: an event, and for the store's own replays the parked link it came by. */
export type Received = { readonly event?: RecordedEvent; readonly link?: RecordedEvent };

/** What a delivery is about. */
export type Identified = {
  readonly kind: 'live' | 'replay';
  readonly attemptId: string;
  readonly attempt: number;
} & (
  | {
      readonly original: RecordedEvent;
      /** The links that led to it, the delivered one first; or the event that asked for a replay with other data. */
      readonly links: readonly RecordedEvent[];
      /** Reads the data that an operator gave it for this attempt. */
      readonly edited?: () => Promise<unknown>;
    }
  /** The event cannot be found any more; the origin is what is still known of it. */
  | { readonly original: undefined; readonly origin: FailedOrigin; readonly error: PermanentFailure }
);

/** The event or link that was delivered itself, and that the store settles. */
export function deliveredOf(received: Received): RecordedEvent {
  const delivered = received.link ?? received.event;
  if (delivered === undefined) throw new Error('The store delivered neither an event nor a link.');
  return delivered;
}

/** The stream whose order a delivery belongs to: for a link, the stream that it points into. */
export function orderKeyOf(received: Received): string {
  const nearest = received.event ?? deliveredOf(received);
  return linkTarget(nearest)?.stream ?? editedOriginOf(nearest)?.stream ?? nearest.streamId;
}

/** Whether a delivery is an event itself, and not a replay of one. */
export function isLive(received: Received): boolean {
  return received.link === undefined && isEventItself(deliveredOf(received));
}

/**
 * Finds the event that a delivery is about. A replay is a link, a message parked during a replay is a link to that
 * link, and so on: links are followed to the event that they lead to.
 *
 * A link says in its metadata which attempt it is; one that the store made itself is one more than the last that says so.
 */
export async function identify(store: EventStore, received: Received): Promise<Identified> {
  const delivered = deliveredOf(received);
  const links: RecordedEvent[] = [];
  let current = delivered;
  const kind = isEventItself(delivered) ? 'live' : 'replay';
  let edit: RecordedEvent | undefined;
  try {
    while (!isEventItself(current)) {
      if (links.length === MOST_HOPS) throw gone('The links of this replay lead nowhere.');
      links.push(current);
      if (current.type !== LINK) edit ??= current;
      const resolved = current === received.link ? received.event : undefined;
      current = resolved ?? (await readTarget(store, current));
    }
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    const origin = links.map(originIn).find((known) => known !== undefined) ?? originOf(delivered);
    return { kind, attemptId: delivered.id, attempt: attemptOf(links), original: undefined, origin, error };
  }
  const found = {
    kind,
    attemptId: delivered.id,
    attempt: attemptOf(links),
    original: current,
    links,
  } as const;
  return edit === undefined ? found : { ...found, edited: () => readEdit(store, edit) };
}

/** The replay request that a delivery belongs to. */
export function batchOf(links: readonly RecordedEvent[]): string | undefined {
  const [asked] = links;
  const batch =
    asked === undefined ? undefined : (metadataField(asked, 'batch') ?? dataField(asked, 'batch'));
  return typeof batch === 'string' ? batch : undefined;
}

/** Whether a link only asks to go on with the stream of a discarded message. */
export function isRelease([asked]: readonly RecordedEvent[]): boolean {
  return asked !== undefined && metadataField(asked, 'release') === true;
}

function isEventItself(event: RecordedEvent): boolean {
  return event.type !== LINK && editedOriginOf(event) === undefined;
}

/** The origin that an edited replay is for; undefined for every other event. */
function editedOriginOf(event: RecordedEvent): FailedOrigin | undefined {
  if (event.type !== MessageEdited.type) return undefined;
  const origin = dataField(event, 'origin');
  return isFailedOrigin(origin) ? origin : undefined;
}

async function readEdit(store: EventStore, edit: RecordedEvent): Promise<unknown> {
  const { event } = await store.codec.decode(edit);
  return event.data.data;
}

/** Reads data before it is decoded; only fields that are not personal stand in clear. */
function dataField({ data }: RecordedEvent, name: string): unknown {
  return typeof data === 'object' && !(data instanceof Uint8Array) ? Reflect.get(data, name) : undefined;
}

/** Where an event stands, and which it is, as the ledger names it. */
export function originOf({ streamId, revision, id, type }: RecordedEvent): FailedOrigin {
  return { stream: streamId, revision: Number(revision), eventId: id, type };
}

async function readTarget(store: EventStore, link: RecordedEvent): Promise<RecordedEvent> {
  const target = editedOriginOf(link) ?? linkTarget(link);
  if (target === undefined) {
    throw new PermanentFailure('bad-link', `A link of ${link.streamId} does not say where it leads.`);
  }
  const { stream, revision } = target;
  const found = await recordedAt(store.client, stream, revision);
  if (found === undefined) throw gone(`Event ${revision} of ${stream} no longer exists.`);
  return found;
}

function gone(sentence: string): PermanentFailure {
  return new PermanentFailure('origin-gone', sentence);
}

function attemptOf([delivered, ...inner]: readonly RecordedEvent[]): number {
  if (delivered === undefined) return 1;
  const before = inner.map(attemptIn).find((attempt) => attempt !== undefined) ?? 1;
  return attemptIn(delivered) ?? before + 1;
}

function attemptIn(link: RecordedEvent): number | undefined {
  const attempt = metadataField(link, 'attempt') ?? dataField(link, 'attempt');
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 1 ? attempt : undefined;
}

/** The origin that whoever asked for a replay wrote beside the link. */
function originIn(link: RecordedEvent): FailedOrigin | undefined {
  const origin = metadataField(link, 'origin') ?? dataField(link, 'origin');
  return isFailedOrigin(origin) ? origin : undefined;
}

/** Reads metadata that keeps no contract: that of links, and of events before they are decoded. */
export function metadataField({ metadata }: RecordedEvent, name: string): unknown {
  return typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, name) : undefined;
}
