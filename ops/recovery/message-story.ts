// All that the ledger tells of one failed message, and what stands around its event.
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { lastRecorded, recordedEvents } from '../../shared-contracts/runtime/event-store/recorded-events.ts';
import type { ParkedFacts, Selected } from './find/selection.ts';
import type { Recovery } from './recovery.ts';
import { editIdOf } from './replay/replay-edited.ts';
import { type ShownEvent, showEvent } from './show-event.ts';

/** An attempt that failed, with how it came to be. */
export type Attempt = { readonly failure: ParkedFacts; readonly replay: string | undefined };

/** What an operator did with a message, or what became of that. */
export type Deed =
  | {
      readonly kind: 'replayed';
      readonly at: string;
      readonly by: string;
      readonly batch: string;
      readonly edited: boolean;
    }
  | { readonly kind: 'discarded'; readonly at: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'shown'; readonly at: string; readonly by: string }
  | { readonly kind: 'recovered'; readonly at: string };

export type MessageStory = {
  readonly attempts: readonly Attempt[];
  readonly deeds: readonly Deed[];
  /** Later events of its stream wait until it is recovered or discarded. */
  readonly blocks: boolean;
};

/** What happened to a message, the first first. A step that was repeated after a crash is told once. */
export async function readStory({ ledger }: Recovery, eventId: string): Promise<MessageStory> {
  const attempts = new Map<string, Attempt>();
  const batches = new Map<string, string>();
  const deeds = new Map<string, Deed>();
  let blocks = false;
  for await (const { event, id, occurredAt: at } of ledger.historyOf(eventId)) {
    const { type, data } = event;
    if (type === 'MessageParked' && !attempts.has(data.attemptId))
      attempts.set(data.attemptId, { failure: data, replay: batches.get(data.attemptId) });
    else if (type === 'ReplayRequested' && !batches.has(data.replayId)) {
      batches.set(data.replayId, data.batch);
      const edited = data.replayId === editIdOf(data.group, data.batch, eventId);
      deeds.set(id, { kind: 'replayed', at, by: data.by, batch: data.batch, edited });
    } else if (type === 'MessageDiscarded') {
      deeds.set(id, { kind: 'discarded', at, by: data.by, reason: data.reason });
    } else if (type === 'PersonalDataShown') deeds.set(id, { kind: 'shown', at, by: data.by });
    else if (type === 'MessageRecovered') deeds.set(id, { kind: 'recovered', at });
    else if (type === 'StreamBlocked') blocks = true;
    else if (type === 'StreamReleased') blocks = false;
  }
  return { attempts: [...attempts.values()], deeds: [...deeds.values()], blocks };
}

/** A part of a stream; of one that does not exist, nothing. */
export async function readAround(
  store: EventStore,
  stream: string,
  from: number,
  count: number,
): Promise<readonly ShownEvent[]> {
  const events: ShownEvent[] = [];
  const there = { fromRevision: BigInt(Math.max(0, from)), maxCount: count };
  for await (const event of recordedEvents(store.client, stream, there, 'none'))
    events.push(await showEvent(store, event));
  return events;
}

/** How many events of its stream stand behind the event of a message. */
export async function countBehind(store: EventStore, { facts: { origin } }: Selected): Promise<number> {
  const last = await lastRecorded(store.client, origin.stream);
  return last === undefined ? 0 : Math.max(0, Number(last.revision) - origin.revision);
}
