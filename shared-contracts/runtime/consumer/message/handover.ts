// The store hands a stream from one instance to another with events of it still in the hands of the first: it shares streams
// out anew when an instance joins. What the first has not settled by then must have its effect before what the next one gets.
import { BACKWARDS, type Position, type RecordedEvent } from '@eventstore/db-client';
import type { EventStore } from '../../event-store/event-store.ts';
import { recordedEvents } from '../../event-store/recorded-events.ts';

/** What others may have in hand: what lies after `settled`, up to `delivered`. Undefined where there are no others. */
type InHands = { readonly settled: bigint; readonly delivered: Position | undefined } | undefined;

/** The store notes every two seconds what is settled. */
const LOOK_AGAIN_MS = 2000;

export type Handover = {
  /** To be called each time before the instance joins the group. */
  begin(): Promise<void>;
  /**
   * The first revision, before that of an event of the same stream, that another instance may not have settled; undefined
   * where there is none. It is enough to handle them here, too: handling is done once, however often it is repeated.
   *
   * @param returned whether the event was in the hands of another instance, which is gone
   */
  firstBefore(event: RecordedEvent, returned: boolean): Promise<number | undefined>;
};

export function watchHandover(store: EventStore, group: string): Handover {
  /** How many messages the group had handed out when nobody was there; undefined where somebody was. */
  let whenEmpty: bigint | undefined;
  let inHands: Promise<InHands> | undefined;
  let lookedAt = 0;

  const readInfo = () => store.client.getPersistentSubscriptionToAllInfo(group);

  /**
   * Alone is only who has been given all that the group has handed out since nobody was there: another may have joined in
   * front of this instance, and left with messages in its hands before the store is asked.
   */
  const look = async (): Promise<InHands> => {
    const { connections, stats } = await readInfo();
    const [own, ...others] = connections;
    if (others.length === 0 && whenEmpty !== undefined && own?.totalItems === stats.totalItems - whenEmpty)
      return undefined;
    return {
      settled: stats.lastCheckpointedEventPosition?.commit ?? -1n,
      delivered: stats.lastKnownEventPosition,
    };
  };

  /** What is handed out later comes to this instance itself; all that changes is how much of it is settled. */
  const lookAgain = async (before: InHands): Promise<InHands> => {
    if (isSettled(before)) return before;
    const now = await look();
    return now === undefined ? undefined : { settled: now.settled, delivered: before?.delivered };
  };

  const known = (returned: boolean): Promise<InHands> => {
    const now = performance.now();
    if (!returned && inHands !== undefined && now - lookedAt < LOOK_AGAIN_MS) return inHands;
    inHands = returned || inHands === undefined ? look() : inHands.then(lookAgain);
    lookedAt = now;
    return inHands;
  };

  return {
    begin: async () => {
      inHands = undefined;
      const { connections, stats } = await readInfo();
      whenEmpty = connections.length === 0 ? stats.totalItems : undefined;
    },
    firstBefore: async ({ streamId, revision }, returned) => {
      if (revision === 0n) return undefined;
      const hands = await known(returned);
      if (hands === undefined || isSettled(hands)) return undefined;
      const { settled, delivered } = hands;
      let first: number | undefined;
      const before = { direction: BACKWARDS, fromRevision: revision - 1n } as const;
      for await (const event of recordedEvents(store.client, streamId, before, 'none')) {
        const at = event.position?.commit;
        if (at === undefined || at <= settled) break;
        // What was delivered after that came to this instance, or has come back to it in its order.
        if (first === undefined && delivered !== undefined && at > delivered.commit) break;
        first = Number(event.revision);
      }
      return first;
    },
  };
}

function isSettled(hands: InHands): boolean {
  return hands === undefined || (hands.delivered !== undefined && hands.delivered.commit <= hands.settled);
}
