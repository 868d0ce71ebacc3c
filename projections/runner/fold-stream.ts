import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { classify } from '../../shared-contracts/runtime/consumer/errors.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { readArrived } from './arrived.ts';
import { type AnyStreamView, changeOfStream } from './change.ts';

/**
 * The document of a stream as the whole stream says; up to an event that cannot be applied, which blocks it live: that one
 * is among the failed messages.
 */
export async function foldStream(
  store: EventStore,
  view: AnyStreamView,
  id: string,
): Promise<PlainDocument | undefined> {
  let document: PlainDocument | undefined;
  try {
    for await (const event of readArrived(store, view, `${view.category}${id}`, 0)) {
      const next = changeOfStream(view, document, event);
      if (next === undefined && event.stored !== undefined) return document;
      document = next;
    }
  } catch (error) {
    if (!(error instanceof Error) || !isBlocker(error)) throw error;
  }
  return document;
}

/** Whether the event is to blame, and not the way to it. */
export function isBlocker(error: Error): boolean {
  return classify(error) === 'poison';
}
