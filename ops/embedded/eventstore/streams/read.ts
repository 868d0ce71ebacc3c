import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import { filterPredicate } from '../core/filter.ts';
import type { StreamPage, StreamView } from '../core/stream-reader.ts';
import { readFailed, streamDeleted } from '../errors.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { firstStreamPosition, lastStreamPosition, streamNotFound } from './read-messages.ts';
import { type AllPosition, parseReadRequest, type ReadRequest } from './read-request.ts';
import { sendEvents } from './send-events.ts';
import { subscribeToAll } from './subscribe-to-all.ts';
import { subscribeToStream } from './subscribe-to-stream.ts';

/** Events of one page: so many are read, framed and written at a time. */
const PAGE = 128;

/** Streams.Read: reads and catch-up subscriptions, of streams and of `$all`. */
export function readHandler(store: EventStore, guard: Guard): Handler {
  return async (call) => {
    const request = parseReadRequest(await call.request());
    const { target, count } = request;
    guard.stream(call.principal, 'read', target.kind === 'stream' ? target.stream : '$all');
    if (count === undefined) {
      if (target.kind === 'stream') await subscribeToStream(store, call, request, target);
      else await subscribeToAll(store, call, request, target);
      return;
    }
    if (count === 0) throw readFailed(target.kind === 'stream' ? 'ReadStreamResult' : 'ReadAllResult');
    if (target.kind === 'stream') await readStream(store, call, request, { ...target, count });
    else await readAll(store, call, request, { ...target, count });
  };
}

async function readStream(
  store: EventStore,
  call: ServerCall,
  request: ReadRequest,
  target: { stream: string; from: number | 'start' | 'end'; count: number },
): Promise<void> {
  const view = store.streams.view(target.stream);
  if (view.kind === 'deleted') throw streamDeleted(target.stream);
  if (view.kind === 'missing') {
    call.send(streamNotFound(target.stream));
    return;
  }
  let left = target.count;
  let next: number | undefined = startOf(target.from, view);
  if (request.compatibility > 0 && !request.backwards) announceStart(call, view, next);
  while (next !== undefined && left > 0 && !call.isOver) {
    const page: StreamPage = request.backwards
      ? store.streams.backwards(target.stream, view, next, Math.min(PAGE, left))
      : store.streams.forwards(target.stream, view, next, Math.min(PAGE, left));
    left -= page.records.length;
    next = page.next;
    await sendEvents(call, store.streams, page.records, request);
  }
  if (request.compatibility > 0) call.send(lastStreamPosition(view.last));
  call.respond();
}

function startOf(from: number | 'start' | 'end', view: StreamView & { kind: 'present' }): number {
  if (from === 'start') return 0;
  return from === 'end' ? view.last : from;
}

/** Newer clients ask for this: where the stream's events begin, when that is not where they began to read. */
function announceStart(call: ServerCall, view: StreamView & { kind: 'present' }, from: number): void {
  if (from < view.first) call.send(firstStreamPosition(view.first));
  else if (from > view.last) call.send(firstStreamPosition(view.last + 1));
}

async function readAll(
  store: EventStore,
  call: ServerCall,
  request: ReadRequest,
  target: ReadRequest['target'] & { kind: 'all'; count: number },
): Promise<void> {
  const matches = filterPredicate(target.filter?.filter);
  const from = allStart(store, target.from);
  const pages = request.backwards ? store.allBackwards(from) : store.allForwards(from);
  let left = target.count;
  for (let end = false; !end && left > 0 && !call.isOver; ) {
    const page = pages.page();
    const records = page.records.filter(matches).slice(0, left);
    left -= records.length;
    end = page.end;
    await sendEvents(call, store.streams, records, request);
    if (records.length === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  call.respond();
}

function allStart(store: EventStore, from: AllPosition | 'start' | 'end'): number {
  if (from === 'end') return store.log.committed;
  if (from === 'start') return 0;
  if (from.commit >= store.log.committed) return store.log.committed;
  if (from.commit !== 0 && !store.log.isBoundary(from.commit)) throw readFailed('ReadAllResult');
  return from.commit;
}
