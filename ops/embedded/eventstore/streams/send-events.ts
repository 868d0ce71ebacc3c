import { LINK_TYPE } from '../core/names.ts';
import type { StreamReader } from '../core/stream-reader.ts';
import { consumerTooSlow } from '../errors.ts';
import type { LogRecord } from '../log/record.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { eventFrames, type ReadableEvent } from './event-frames.ts';
import type { ReadRequest } from './read-request.ts';

/** Sends one page and waits for the client where it is slow. */
export async function sendEvents(
  call: ServerCall,
  streams: StreamReader,
  records: readonly LogRecord[],
  request: Pick<ReadRequest, 'resolveLinks' | 'textIds'>,
): Promise<void> {
  if (records.length === 0) return;
  const events = records.map((record) => readable(streams, record, request.resolveLinks));
  if (!call.sendFrames(eventFrames(events, request))) await call.drained();
}

/** The real server holds so many events for a live subscriber that does not take them. */
const LIVE_BUFFER = 32;
/** A burst is no slow consumer: it has so long, in milliseconds, to take what was sent. */
const PATIENCE_MS = 500;

/**
 * Sends events to a subscriber that had caught up. One that takes nothing for a while, with more than a few events waiting
 * for it, is sent away, as the real server does it: it can come back where it was.
 *
 * @param isBehind Are more than so many events waiting?
 */
export async function sendLive(
  call: ServerCall,
  streams: StreamReader,
  records: readonly LogRecord[],
  request: Pick<ReadRequest, 'resolveLinks' | 'textIds'>,
  isBehind: (events: number) => boolean,
): Promise<void> {
  const sent = sendEvents(call, streams, records, request);
  if (!call.isCongested) return sent;
  const timer = setInterval(() => {
    if (isBehind(LIVE_BUFFER)) call.finish(consumerTooSlow());
  }, PATIENCE_MS);
  await sent.finally(() => clearInterval(timer));
}

/** Follows a link where the reader wants that. */
export function readable(streams: StreamReader, record: LogRecord, resolveLinks: boolean): ReadableEvent {
  if (!resolveLinks || record.type !== LINK_TYPE) return { event: record, link: undefined };
  return { event: streams.target(record), link: record };
}
