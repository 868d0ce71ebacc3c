// An event as operators may see it: decoded by its contract, with what is personal or secret in it covered.
import type { RecordedEvent } from '@eventstore/db-client';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { ContractViolation } from '../../shared-contracts/messages/decode-message.ts';
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import { type EventMetadata, metadataCheck } from '../../shared-contracts/messages/metadata.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { LINK, linkTarget } from '../recovery/link-target.ts';
import { readEvent } from '../recovery/read-event.ts';

/** Where something stands in a stream. */
export type Place = { readonly stream: string; readonly revision: number };

export type ShownEvent = Place & {
  readonly id: string;
  readonly type: string;
  /** By the clock of the store. */
  readonly writtenAt: Date;
  /** JSON, or text of bytes that are none; undefined where there is nothing to show. */
  readonly data: unknown;
  readonly metadata: unknown;
  /** Undefined for events that are not ours. */
  readonly ours: EventMetadata | undefined;
  /** Why the data is shown as it is stored; undefined where its contract was kept. */
  readonly notDecoded: string | undefined;
  /** Whether the subject of the event was erased. */
  readonly erased: boolean;
};

/** What stands at a place of a stream: an event, or a link and what it leads to. */
export type ShownEntry = {
  readonly at: Place;
  readonly isLink: boolean;
  /** Undefined where a link leads to what no longer exists. */
  readonly event: ShownEvent | undefined;
};

/** Stands where a field is not shown. */
const HIDDEN = '[hidden]';

const MOST_HOPS = 5;
const MOST_BYTES_SHOWN = 4096;

const isOurs = metadataCheck();

/** Follows a link, also one to a link, to the event that is meant. */
export async function showEntry(
  store: EventStore,
  found: { readonly event?: RecordedEvent; readonly link?: RecordedEvent },
): Promise<ShownEntry | undefined> {
  const first = found.link ?? found.event;
  if (first === undefined) return undefined;
  let current = found.event;
  for (let hops = 0; hops < MOST_HOPS && current?.type === LINK; hops += 1) {
    const target = linkTarget(current);
    current = target && (await readEvent(store, target.stream, target.revision));
  }
  return {
    at: { stream: first.streamId, revision: Number(first.revision) },
    isLink: first.type === LINK,
    event: current && (await showEvent(store, current)),
  };
}

export async function showEvent(store: EventStore, recorded: RecordedEvent): Promise<ShownEvent> {
  const { streamId, revision, id, type, created, metadata } = recorded;
  const shown = {
    stream: streamId,
    revision: Number(revision),
    id,
    type,
    writtenAt: created,
    metadata: readable(metadata),
    ours: isOurs(metadata) ? metadata : undefined,
  };
  try {
    const { event, erased } = await store.codec.decode(recorded);
    const data = cover(event.data, CATALOGUE.get(type), erased === true);
    return { ...shown, data, notDecoded: undefined, erased: erased === true };
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    const data = cover(readable(recorded.data), CATALOGUE.get(type), false);
    return { ...shown, data, notDecoded: notOurs(type) ? undefined : error.message, erased: false };
  }
}

/** The store's own events keep no contract of ours, which is no news. */
function notOurs(type: string): boolean {
  return type.startsWith('$') || type === 'SubscriptionCheckpoint';
}

/** What an erased person leaves says so by itself. */
function cover(data: unknown, definition: MessageDefinition | undefined, erased: boolean): unknown {
  if (definition === undefined || !isRecord(data)) return data;
  const covered = erased ? data : definition.personal.replaceIn(data, () => HIDDEN);
  const secret = Object.entries(definition.schema.properties).filter(([, field]) => 'x-secret' in field);
  return { ...covered, ...Object.fromEntries(secret.map(([name]) => [name, HIDDEN])) };
}

function readable(data: unknown): unknown {
  if (!(data instanceof Uint8Array)) return data;
  if (data.length === 0) return undefined;
  return Buffer.from(data.subarray(0, MOST_BYTES_SHOWN)).toString('utf8');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
