import { LINK_TYPE } from '../core/names.ts';
import type { StreamReader } from '../core/stream-reader.ts';
import type { LogRecord } from '../log/record.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { eventFrames, type ReadableEvent } from '../wire/event-frames.ts';
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

/** Follows a link where the reader wants that. */
export function readable(streams: StreamReader, record: LogRecord, resolveLinks: boolean): ReadableEvent {
  if (!resolveLinks || record.type !== LINK_TYPE) return { event: record, link: undefined };
  return { event: streams.target(record), link: record };
}
