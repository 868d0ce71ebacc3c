// The event feed as lines: one subscription to `$all`, read as fast as the reader reads.
import { type AllStreamRecordedEvent, START, streamNameFilter } from '@eventstore/db-client';
import type { Static } from 'typebox';
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { ContractViolation } from '../../../shared-contracts/messages/decode-message.ts';
import { personalFieldsOf } from '../../../shared-contracts/messages/personal-fields.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { lastPosition } from '../../../shared-contracts/runtime/event-store/last-position.ts';
import type { FeedLine } from './feed-line.ts';
import { type FeedPosition, type FeedQuery, positionText } from './feed-query.ts';

type Line = Static<typeof FeedLine>;

/** What is put between the events of a subscription: said by the store, or by the clock. */
type Mark =
  | { readonly kind: 'caught-up' | 'tick' | 'end' }
  | { readonly kind: 'looked'; readonly at: FeedPosition };

const MASKED = '[masked]';
/** A position is told after so many events that were not asked for. */
const LOOKED_AT = 1000;
/** How often the store says how far it has looked: in searches of 32 events each, its default. */
const SEARCHES = Math.ceil(LOOKED_AT / 32);
const TICK_MS = 10_000;

/**
 * A line for each event; the position now and then where nothing comes that was asked for; and `caughtUp` where the feed has
 * reached the end of what there is or was asked for. There it ends, unless it is to follow. It also ends when `stop` is
 * aborted. What stands behind the position of the last line is what comes next.
 *
 * @param head the last position of the store, as it was just now
 */
export async function* feedLines(
  { client, codec }: Pick<EventStore, 'client' | 'codec'>,
  query: FeedQuery,
  head: FeedPosition | undefined,
  stop: AbortSignal,
): AsyncGenerator<Line> {
  const marks: Mark[] = [];
  const subscription = client.subscribeToAll({
    fromPosition: query.after ?? START,
    filter: streamNameFilter({
      prefixes: [...query.categories],
      checkpointInterval: SEARCHES,
      checkpointReached: (_subscription, at) => mark({ kind: 'looked', at }),
    }),
  });
  const mark = (next: Mark) => {
    marks.push(next);
    subscription.push({});
  };
  subscription.once('caughtUp', () => mark({ kind: 'caught-up' }));
  const tick = setInterval(() => {
    // One at a time: a reader that does not read is not told more.
    if (!marks.some(({ kind }) => kind === 'tick')) mark({ kind: 'tick' });
  }, TICK_MS);
  const end = () => mark({ kind: 'end' });
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();

  const lastSeen = head;
  let looked = query.after;
  let visible = head;
  let unwanted = 0;
  /** Only positions up to an event that everybody can see are told: behind those the store does not tell what is no position. */
  const position = async (): Promise<{ readonly position?: string }> => {
    if (looked === undefined) return {};
    if (visible === undefined || looked.commit > visible.commit) visible = await lastPosition(client);
    const known = visible !== undefined && looked.commit <= visible.commit;
    return known ? { position: positionText(looked) } : {};
  };
  try {
    for await (const { event } of subscription) {
      if (event === undefined) {
        const next = marks.shift();
        if (next?.kind === 'end') return;
        if (next?.kind === 'looked') looked = later(looked, next.at);
        if (next?.kind === 'caught-up') looked = later(looked, lastSeen);
        const told = await position();
        if (next?.kind === 'caught-up') yield { caughtUp: true, ...told };
        else if (told.position !== undefined) yield { position: told.position };
        unwanted = 0;
        if (next?.kind === 'caught-up' && !query.follow) return;
        continue;
      }
      if (query.until !== undefined && event.created >= query.until) {
        yield { caughtUp: true, ...(await position()) };
        return;
      }
      looked = event.position;
      if (isWanted(event, query)) {
        yield await lineOf(codec, event, query.personal);
        unwanted = 0;
      } else if (++unwanted >= LOOKED_AT) {
        yield { position: positionText(looked) };
        unwanted = 0;
      }
    }
  } finally {
    clearInterval(tick);
    stop.removeEventListener('abort', end);
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}

function isWanted({ created, type }: AllStreamRecordedEvent, query: FeedQuery): boolean {
  if (query.since !== undefined && created < query.since) return false;
  return query.type === undefined || type === query.type;
}

function later(left: FeedPosition | undefined, right: FeedPosition | undefined): FeedPosition | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.commit >= right.commit ? left : right;
}

async function lineOf(
  codec: EventStore['codec'],
  recorded: AllStreamRecordedEvent,
  personal: boolean,
): Promise<Line> {
  const { position, streamId, revision, id, type, created } = recorded;
  const where = {
    position: positionText(position),
    stream: streamId,
    revision: Number(revision),
    eventId: id,
    type,
    created: created.toISOString(),
  };
  try {
    const { event, metadata } = await codec.decode(recorded);
    const { actor, occurredAt, $correlationId, $causationId } = metadata;
    return {
      ...where,
      ...{ actor, occurredAt, correlationId: $correlationId, causationId: $causationId },
      data: personal ? event.data : maskedData(type, event.data),
    };
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    return { ...where, unreadable: true };
  }
}

function maskedData(type: string, data: Readonly<Record<string, unknown>>) {
  const definition = CATALOGUE.get(type);
  return definition === undefined ? {} : personalFieldsOf(definition.schema).replaceIn(data, () => MASKED);
}
