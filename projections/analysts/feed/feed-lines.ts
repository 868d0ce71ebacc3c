// The event feed as lines: one subscription to `$all`, read as fast as the reader reads.
import { type AllStreamRecordedEvent, START, streamNameFilter } from '@eventstore/db-client';
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { ContractViolation } from '../../../shared-contracts/messages/decode-message.ts';
import { personalFieldsOf } from '../../../shared-contracts/messages/personal-fields.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { type FeedQuery, positionText } from './read-feed-query.ts';

const MASKED = '[masked]';

/**
 * One line for each event, and `{"caughtUp":true}` where the feed has reached the end of what there is; there it ends, unless it
 * is to follow. It also ends when `stop` is aborted. What stands behind the position of the last line is what comes next.
 */
export async function* feedLines(
  { client, codec }: Pick<EventStore, 'client' | 'codec'>,
  query: FeedQuery,
  stop: AbortSignal,
): AsyncGenerator<string> {
  const subscription = client.subscribeToAll({
    fromPosition: query.after ?? START,
    filter: streamNameFilter({ prefixes: [...query.categories] }),
  });
  // A mark behind the events that are there.
  subscription.once('caughtUp', () => void subscription.push({}));
  const end = () => void subscription.push(null);
  stop.addEventListener('abort', end, { once: true });
  try {
    for await (const { event } of subscription) {
      if (event === undefined) {
        yield `${JSON.stringify({ caughtUp: true })}\n`;
        if (query.follow) continue;
        return;
      }
      if (query.until !== undefined && event.created >= query.until) return;
      if (query.since !== undefined && event.created < query.since) continue;
      if (query.type !== undefined && event.type !== query.type) continue;
      yield `${JSON.stringify(await lineOf(codec, event, query.personal))}\n`;
    }
  } finally {
    stop.removeEventListener('abort', end);
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}

async function lineOf(codec: EventStore['codec'], recorded: AllStreamRecordedEvent, personal: boolean) {
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
