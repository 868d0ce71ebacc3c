import { randomUUID } from 'node:crypto';
import type { EventStore } from '../core/event-store.ts';
import { WakeUp } from '../core/wake-up.ts';
import { streamDeleted } from '../errors.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { caughtUp, confirmation } from './read-messages.ts';
import type { ReadRequest } from './read-request.ts';
import { sendEvents, sendLive } from './send-events.ts';

const PAGE = 128;

/** A catch-up subscription to one stream: what is there, `caught_up`, then what comes. Ends with the call or the stream. */
export async function subscribeToStream(
  store: EventStore,
  call: ServerCall,
  request: ReadRequest,
  target: { stream: string; from: number | 'start' | 'end' },
): Promise<void> {
  const { stream, from } = target;
  const wakeUp = new WakeUp();
  const unfollow = store.followers.followStream(stream, wakeUp.wake);
  call.signal.addEventListener('abort', wakeUp.wake, { once: true });
  try {
    let view = store.streams.view(stream);
    if (view.kind === 'deleted') throw streamDeleted(stream);
    call.send(confirmation(randomUUID()));
    let next =
      from === 'start' ? 0 : from === 'end' ? (store.index.stream(stream)?.last ?? -1) + 1 : from + 1;
    let isCaughtUp = false;
    while (!call.isOver) {
      view = store.streams.view(stream);
      if (view.kind === 'deleted') {
        const tombstone = store.streams.tombstone(stream);
        if (tombstone !== undefined) await sendEvents(call, store.streams, [tombstone], request);
        throw streamDeleted(stream);
      }
      if (view.kind === 'present') {
        const page = store.streams.forwards(stream, view, next, PAGE);
        next = page.next ?? Math.max(next, view.last + 1);
        const after = next;
        const isBehind = (events: number): boolean =>
          (store.index.stream(stream)?.last ?? 0) + 1 - after > events;
        if (isCaughtUp) await sendLive(call, store.streams, page.records, request, isBehind);
        else await sendEvents(call, store.streams, page.records, request);
        if (page.next !== undefined) continue;
        if (!isCaughtUp) call.send(caughtUp());
        isCaughtUp = true;
      }
      await wakeUp.next();
    }
  } finally {
    unfollow();
  }
}
