import type { RecordedEvent } from '@eventstore/db-client';

const REMEMBERED = 20_000;

/**
 * Which event of each stream this instance has handled last. An event that does not follow on it may have been preceded
 * by one that another instance could not handle: the ledger must be read before it is touched.
 */
export class StreamOrder {
  readonly #last = new Map<string, number>();

  /** Whether nothing can stand between this event and what this instance has handled. */
  follows({ streamId, revision }: RecordedEvent): boolean {
    return revision === 0n || (this.#last.get(streamId) ?? -2) + 1 >= Number(revision);
  }

  /** Whether this instance has handled the event already, on the way of a release. */
  hasHandled({ streamId, revision }: RecordedEvent): boolean {
    return (this.#last.get(streamId) ?? -1) >= Number(revision);
  }

  handled({ streamId, revision }: RecordedEvent): void {
    this.#last.delete(streamId);
    this.#last.set(streamId, Number(revision));
    if (this.#last.size <= REMEMBERED) return;
    for (const [oldest] of this.#last) {
      this.#last.delete(oldest);
      return;
    }
  }

  /** Another instance may have had the streams meanwhile. */
  forget(): void {
    this.#last.clear();
  }
}
