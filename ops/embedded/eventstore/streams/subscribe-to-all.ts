import { randomUUID } from 'node:crypto';
import type { EventStore } from '../core/event-store.ts';
import { filterPredicate } from '../core/filter.ts';
import { WakeUp } from '../core/wake-up.ts';
import { readFailed } from '../errors.ts';
import type { LogRecord } from '../log/record.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { caughtUp, checkpoint, confirmation } from './read-messages.ts';
import type { AllPosition, ReadRequest } from './read-request.ts';
import { sendEvents, sendLive } from './send-events.ts';

/** A catch-up subscription to `$all`: what is there, `caught_up`, then what comes, with checkpoints where it is filtered. */
export async function subscribeToAll(
  store: EventStore,
  call: ServerCall,
  request: ReadRequest,
  target: ReadRequest['target'] & { kind: 'all' },
): Promise<void> {
  const matches = filterPredicate(target.filter?.filter);
  const interval = target.filter?.checkpointInterval;
  const pages = store.allForwards(subscriptionStart(store, target.from));
  const isBehind = (next: number) => (events: number) =>
    store.allForwards(next).page().records.filter(matches).length > events;
  const wakeUp = new WakeUp();
  const unfollow = store.followers.followAll(wakeUp.wake);
  call.signal.addEventListener('abort', wakeUp.wake, { once: true });
  try {
    call.send(confirmation(randomUUID()));
    let considered = 0;
    let isCaughtUp = false;
    while (!call.isOver) {
      const page = pages.page();
      for (const part of partsOf(page.records, interval, considered)) {
        const wanted = part.records.filter(matches);
        if (isCaughtUp) await sendLive(call, store.streams, wanted, request, isBehind(page.next));
        else await sendEvents(call, store.streams, wanted, request);
        if (part.checkpoint !== undefined) call.send(checkpoint(part.checkpoint));
      }
      considered += page.records.length;
      if (!page.end) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      if (!isCaughtUp) call.send(caughtUp());
      isCaughtUp = true;
      await wakeUp.next();
    }
  } finally {
    unfollow();
  }
}

/** Cuts a page where checkpoints are due: each time that `interval` events have been looked at. */
function partsOf(
  records: readonly LogRecord[],
  interval: number | undefined,
  consideredBefore: number,
): { records: readonly LogRecord[]; checkpoint: number | undefined }[] {
  if (interval === undefined) return [{ records, checkpoint: undefined }];
  const parts: { records: readonly LogRecord[]; checkpoint: number | undefined }[] = [];
  for (let start = 0; start < records.length; ) {
    const part = records.slice(start, start + interval - ((consideredBefore + start) % interval));
    start += part.length;
    const isDue = (consideredBefore + start) % interval === 0;
    parts.push({ records: part, checkpoint: isDue ? part.at(-1)?.position : undefined });
  }
  return parts;
}

/** A position that a client has seen is where it goes on after. */
function subscriptionStart(store: EventStore, from: AllPosition | 'start' | 'end'): number {
  if (from === 'start') return 0;
  if (from === 'end' || from.commit >= store.log.committed) return store.log.committed;
  if (from.commit === 0) return 0;
  const after = store.log.after(from.commit);
  if (after === undefined) throw readFailed('ReadAllResult');
  return after;
}
