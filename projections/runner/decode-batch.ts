// From recorded events to what the views take in; each is decoded once, and only where somebody hears its type.
import type { RecordedEvent } from '@eventstore/db-client';
import type { Codec } from '../../shared-contracts/runtime/event-store/codec.ts';
import { type Arrived, originOf } from './arrived.ts';

/** An event as a pass over the store hands it over; `failure` is why it could not be decoded. */
export type Passed = Arrived & { readonly failure?: unknown };

/** @param heard types that some view hears */
export async function decodeBatch(
  codec: Codec,
  heard: ReadonlySet<string>,
  events: readonly RecordedEvent[],
): Promise<readonly Passed[]> {
  await codec.prepare(events.filter(({ type }) => heard.has(type)));
  return Promise.all(
    events.map(async (event): Promise<Passed> => {
      const origin = originOf(event);
      if (!heard.has(event.type) && codec.knows(event.type)) return { origin, stored: undefined };
      try {
        return { origin, stored: await codec.decode(event) };
      } catch (failure) {
        return { origin, stored: undefined, failure };
      }
    }),
  );
}
