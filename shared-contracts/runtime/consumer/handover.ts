// The store hands a stream from one instance to another with events of it still in the hands of the first: it shares streams
// out anew when an instance joins. What the first has not settled by then must have its effect before what the next one gets.
import type { Position, RecordedEvent } from '@eventstore/db-client';
import { BACKWARDS, StreamDeletedError, StreamNotFoundError } from '@eventstore/db-client';
import type { EventStore } from '../event-store/event-store.ts';
import { eventsOf } from '../event-store/events-of.ts';

/** What others may have in hand: what lies after `settled`, up to `delivered`. Undefined where there are no others. */
type InHands = { readonly settled: bigint; readonly delivered: Position | undefined } | undefined;

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
  let amongOthers = false;
  let inHands: Promise<InHands> | undefined;

  const readInfo = () => store.client.getPersistentSubscriptionToAllInfo(group);

  const readInHands = async (): Promise<InHands> => {
    const { connections, stats } = await readInfo();
    if (!amongOthers && connections.length < 2) return undefined;
    return {
      settled: stats.lastCheckpointedEventPosition?.commit ?? -1n,
      delivered: stats.lastKnownEventPosition,
    };
  };

  return {
    begin: async () => {
      inHands = undefined;
      amongOthers = (await readInfo()).connections.length > 0;
    },
    firstBefore: async ({ streamId, revision }, returned) => {
      if (revision === 0n) return undefined;
      if (returned || inHands === undefined) inHands = readInHands();
      const hands = await inHands;
      if (hands === undefined) return undefined;
      const { settled, delivered } = hands;
      if (delivered !== undefined && delivered.commit <= settled) return undefined;
      let first: number | undefined;
      const before = { direction: BACKWARDS, fromRevision: revision - 1n } as const;
      try {
        for await (const { event } of eventsOf(store.client.readStream(streamId, before))) {
          const at = event?.position?.commit;
          if (event === undefined || at === undefined || at <= settled) break;
          // What was delivered after that came to this instance, or has come back to it in its order.
          if (first === undefined && delivered !== undefined && at > delivered.commit) break;
          first = Number(event.revision);
        }
      } catch (error) {
        if (!(error instanceof StreamNotFoundError || error instanceof StreamDeletedError)) throw error;
      }
      return first;
    },
  };
}
