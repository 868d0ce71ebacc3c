// What of an event operators may search: every value that is neither personal nor secret.
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { recordedAt } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import { withoutSealed } from '../hidden-fields.ts';

const LONGEST = 2000;

/** The searchable values of an event in small letters, cut at a length; empty where the event no longer exists. */
export async function valuesOf(
  store: EventStore,
  { stream, revision, eventId, type }: { stream: string; revision: number; eventId: string; type: string },
): Promise<string> {
  const event = await recordedAt(store.client, stream, revision);
  if (event?.id !== eventId || event.data instanceof Uint8Array) return '';
  return [...textsIn(withoutSealed(type, event.data))].join('\n').toLowerCase().slice(0, LONGEST);
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value);
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* textsIn(each);
}
